# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The one door in front of the five services: nginx with a configuration of its own, on 127.0.0.1, as the user of
# Duebook. /invoicing/… goes to invoicing without the prefix, and so on. Needs common.sh, process.sh, services.sh.

# nginx_program: an ordinary user's PATH does not lead to sbin.
nginx_program() { PATH=$PATH:/usr/local/sbin:/usr/sbin command -v nginx || die "nginx is not installed"; }

# nginx_configure DATA BASE: written at every start.
nginx_configure() {
    local data=$1 base=$2 service
    mkdir -p "$data/nginx"
    {
        cat <<CONF
# Written by deploy/local at every start.
daemon off;
worker_processes 1;
pid $data/nginx/nginx.pid;
error_log stderr warn;
events { worker_connections 1024; }
http {
    server_tokens off;
    access_log off;
    default_type application/octet-stream;
    client_body_temp_path $data/nginx/body;
    proxy_temp_path $data/nginx/proxy;
    fastcgi_temp_path $data/nginx/fastcgi;
    uwsgi_temp_path $data/nginx/uwsgi;
    scgi_temp_path $data/nginx/scgi;
    # Bank files are large; every other limit is the service's own, which answers with a problem document.
    client_max_body_size 256m;
    client_body_timeout 30s;
    client_header_timeout 10s;
    keepalive_timeout 60s;
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_set_header Host \$http_host;
    proxy_set_header X-Forwarded-For \$remote_addr;
    # A write that got no answer may have happened: repeating it is for the caller, who has the Idempotency-Key.
    proxy_next_upstream off;
    proxy_connect_timeout 2s;
    proxy_read_timeout 300s;
CONF
        for service in "${DUEBOOK_SERVICES[@]}"; do
            printf '    upstream %s { server 127.0.0.1:%s; keepalive 16; }\n' "$service" "$(service_port "$base" "$service")"
        done
        cat <<CONF
    server {
        listen 127.0.0.1:$base;
        error_page 502 503 504 = @away;
        location @away {
            internal;
            default_type application/problem+json;
            return 503 '{"type":"about:blank","title":"The service does not answer","status":503,"code":"SERVICE_AWAY"}';
        }
        location / {
            default_type application/problem+json;
            return 404 '{"type":"about:blank","title":"No such service","status":404,"code":"NO_SUCH_SERVICE","detail":"The path begins with one of: ${DUEBOOK_SERVICES[*]}"}';
        }
CONF
        for service in "${DUEBOOK_SERVICES[@]}"; do
            # The service's Location: headers know nothing of the prefix.
            printf '        location /%s/ { proxy_pass http://%s/; proxy_redirect / /%s/; }\n' "$service" "$service" "$service"
        done
        printf '    }\n}\n'
    } >"$data/nginx/nginx.conf"
    own "$data/nginx"
}

# nginx_start DATA BASE
nginx_start() {
    local data=$1 base=$2
    nginx_configure "$data" "$base"
    process_start "$data" nginx "$(nginx_program)" -e stderr -p "$data/nginx" -c "$data/nginx/nginx.conf"
    process_wait "$data" nginx 20 port_open "$base"
}
