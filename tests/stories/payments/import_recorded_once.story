# REC-7: a file is recorded with its verdict, once
service payments
now 2026-03-31T12:00:00Z

when RecordImport
    import_id imp-1
    sha256 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=
    size 100
    format camt.053.001.08
    verdict IMPORT_VERDICT_REFUSED
    code malformed
    path BkToCstmrStmt/Stmt[1]
    line 7
    detail the file breaks off
    imported_by clerk-1
then ImportRecorded import/imp-1
    import_id imp-1
    sha256 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=
    size 100
    format camt.053.001.08
    verdict IMPORT_VERDICT_REFUSED
    code malformed
    path BkToCstmrStmt/Stmt[1]
    line 7
    detail the file breaks off
    imported_by clerk-1

when RecordImport
    import_id imp-1
    sha256 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=
    verdict IMPORT_VERDICT_READ
refused DUPLICATE_IMPORT sha256
