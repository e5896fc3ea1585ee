# SPDX-License-Identifier: Apache-2.0
"""Customers of the demonstration: invented names and addresses as they are written where people live, in ten scripts. A
person is a given name and a family name, a company a trade name; which ones belong together is decided in world.py."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Country:
    code: str
    continent: str
    language: str
    given: tuple
    family: tuple
    trades: tuple
    forms: tuple
    places: tuple
    streets: tuple
    # How a person's name is put together, and an address of number, street and place.
    person: str = "{given} {family}"
    address: str = "{street} {number}\n{place}"
    vat_form: str = ""

    def person_name(self, random):
        return self.person.format(given=random.choice(self.given), family=random.choice(self.family))

    def company_name(self, random):
        form = random.choice(self.forms)
        trade = random.choice(self.trades).format(family=random.choice(self.family))
        return form.format(trade) if "{}" in form else f"{trade} {form}"

    def place_line(self, random):
        return self.address.format(street=random.choice(self.streets), number=random.randint(1, 180),
                                   place=random.choice(self.places))

    def vat_id(self, random):
        """Of the country's own shape: 9 stands for any digit."""
        return "".join(str(random.randint(0, 9)) if sign == "9" else sign for sign in self.vat_form)


def words(text):
    return tuple(part.strip() for part in text.split("|"))


COUNTRIES = {country.code: country for country in (
    Country("DE", "Europe", "de",
            words("Annika | Jörg | Friederike | Maximilian | Çiğdem | Thorben | Ursula | Björn | Käthe | Lukas"),
            words("Müller | Schröder | Großmann | Vogelsang | Yıldız | Köhler | Weiß | Jäger | Bärwald | Nowak"),
            words("Bäckerei {family} | {family} & Söhne Elektrotechnik | Praxis Dr. {family} | Hotel Rheinblick | Kanzlei {family} "
                  "| Fördetechnik {family} | Buchhandlung {family} | Weingut {family} | Autohaus {family} | Werkzeugbau {family}"),
            words("GmbH | GmbH & Co. KG | e. K. | AG | OHG"),
            words("50667 Köln | 40213 Düsseldorf | 53111 Bonn | 20095 Hamburg | 80331 München | 04109 Leipzig | 24103 Kiel"),
            words("Hohe Straße | Königsallee | Am Brückentor | Schildergasse | Lindenweg | Große Bleichen | Bahnhofstraße"),
            vat_form="DE999999999"),
    Country("FR", "Europe", "fr",
            words("Élodie | François | Chloé | Théo | Anaïs | Jérôme | Zoé | Rémi"),
            words("Lefèvre | Dubois | Garçon | Béranger | Noël | Château | Moreau"),
            words("Boulangerie {family} | Cabinet {family} | Librairie du Marché | Menuiserie {family} | Hôtel des Étoiles | Garage {family}"),
            words("SARL | SAS | SA | EURL"),
            words("75004 Paris | 69002 Lyon | 67000 Strasbourg | 33000 Bordeaux | 59800 Lille"),
            words("rue de la Paix | avenue Foch | quai d’Orsay | place du Théâtre | rue de l’Église"),
            address="{number} {street}\n{place}", vat_form="FR99999999999"),
    Country("IT", "Europe", "it",
            words("Niccolò | Chiara | Gesù Maria | Beatrice | Matteo | Letizia | Luca"),
            words("Rossi | D’Angelo | Colombo | Forlì | Marangoni | Esposito"),
            words("Officina {family} | Farmacia {family} | Pasticceria {family} | Studio {family} | Trattoria da {family} | Cartoleria Città Alta"),
            words("S.r.l. | S.p.A. | S.n.c."),
            words("20121 Milano | 00184 Roma | 40121 Bologna | 10121 Torino | 30121 Venezia"),
            words("Via Garibaldi | Corso Vittorio Emanuele II | Piazza della Libertà | Via Università"),
            vat_form="IT99999999999"),
    Country("ES", "Europe", "es",
            words("Íñigo | Begoña | José Ángel | Lucía | Álvaro | Nuria | Sofía"),
            words("Muñoz | Ibáñez | García-Peña | Núñez | Echeverría | Domènech"),
            words("Panadería {family} | Clínica {family} | Talleres {family} | Asesoría {family} | Bodegas {family} | Papelería Niño"),
            words("S.L. | S.A. | S.L.U."),
            words("28013 Madrid | 08002 Barcelona | 46002 València | 15001 A Coruña | 41001 Sevilla"),
            words("Calle de Alcalá | Rambla de Catalunya | Plaza de España | Avenida de la Constitución"),
            vat_form="ESB99999999"),
    Country("NL", "Europe", "nl",
            words("Sanne | Jeroen | Maartje | Thijs | Noë | Willemijn | Zoë"),
            words("de Vries | van den Berg | IJsbrand | Bakker | Coöper | Daniëls"),
            words("Fietsenmaker {family} | Drukkerij {family} | Bloemisterij {family} | Café ’t Hoekje | Scheepswerf {family}"),
            words("B.V. | V.O.F. | N.V."),
            words("1012 JS Amsterdam | 3011 AD Rotterdam | 2511 CV Den Haag | 3511 ND Utrecht"),
            words("Keizersgracht | Coolsingel | Spui | Oudegracht | Prinsengracht"),
            vat_form="NL999999999B99"),
    Country("AT", "Europe", "de",
            words("Leopold | Theresia | Ägidius | Magdalena | Franz Xaver | Johanna"),
            words("Hölzl | Übelhör | Gruber | Wöginger | Fürböck | Pichler"),
            words("Gasthaus {family} | Tischlerei {family} | Ordination Dr. {family} | Café {family} | Sägewerk {family}"),
            words("GmbH | e.U. | KG"),
            words("1010 Wien | 5020 Salzburg | 8010 Graz | 6020 Innsbruck"),
            words("Kärntner Straße | Getreidegasse | Herrengasse | Maria-Theresien-Straße"),
            vat_form="ATU99999999"),
    Country("GR", "Europe", "el",
            words("Ελένη | Δημήτρης | Αικατερίνη | Γιώργος | Ευαγγελία | Νίκος"),
            words("Παπαδόπουλος | Οικονόμου | Χατζηδάκης | Βασιλείου | Αγγελόπουλος | Ψαρρού"),
            words("Αρτοποιείο {family} | Τεχνική {family} | Φαρμακείο {family} | Ναυτιλιακή Αιγαίου | Εκδόσεις {family}"),
            words("Α.Ε. | Ε.Π.Ε. | Ο.Ε."),
            words("105 57 Αθήνα | 546 24 Θεσσαλονίκη | 262 21 Πάτρα | 712 02 Ηράκλειο"),
            words("Ερμού | Πανεπιστημίου | Λεωφόρος Νίκης | Αγίου Δημητρίου"),
            vat_form="EL999999999"),
    Country("BG", "Europe", "bg",
            words("Елица | Христо | Мария | Стоян | Цветана | Йордан"),
            words("Георгиев | Стоянова | Димитров | Жечева | Щерев | Ангелов"),
            words("Хлебозавод {family} | Кантора {family} | Печатница Изгрев | Аптека {family} | Строител {family}"),
            words("ЕООД | ООД | АД"),
            words("1000 София | 4000 Пловдив | 9000 Варна | 8000 Бургас"),
            words("бул. Витоша | ул. Граф Игнатиев | бул. Цар Освободител | ул. Шипка"),
            vat_form="BG999999999"),
    Country("GB", "Europe", "en",
            words("Siobhán | Rhys | Priya | Angus | Eleanor | Oluwaseun | Fiona"),
            words("O’Connor | Llewellyn | Patel | MacGregor | Hartley-Booth | Adeyemi | Whitcombe"),
            words("{family} & Daughters Bakery | The {family} Partnership | {family} Joinery | The Fox and Anchor | {family} Motors "
                  "| {family} Dental Practice | Caffè {family} | {family} Bindery"),
            words("Ltd | LLP | plc | CIC"),
            words("London EC2A 4NE | Edinburgh EH1 1YZ | Cardiff CF10 1EP | Manchester M1 4BT | Leeds LS1 5AB"),
            words("Curtain Road | Cockburn Street | St Mary Street | Canal Street | Albion Place"),
            address="{number} {street}\n{place}", vat_form="GB999999999"),
    Country("US", "North America", "en",
            words("Madison | DeShawn | María Elena | Tyler | Aaliyah | Joaquín | Grace"),
            words("Johnson | Peña | Washington | Kowalski | Nguyen | Begay | O’Hara"),
            words("{family} Hardware | {family} Family Dentistry | Lakeview Diner | {family} & Associates | Blue Heron Brewing "
                  "| {family} Trucking | Prairie Veterinary Clinic | {family} Roofing"),
            words("LLC | Inc. | Corp. | PLLC"),
            words("Chicago, IL 60601 | New York, NY 10001 | Austin, TX 78701 | Portland, OR 97204 | Madison, WI 53703"),
            words("W Wacker Drive | Broadway | Congress Avenue | SE Hawthorne Blvd | State Street"),
            address="{number} {street}\n{place}"),
    Country("CA", "North America", "fr-CA",
            words("Océane | Étienne | Maëlle | Gabriel | Noémie"),
            words("Tremblay | Côté | Bélanger | Gagné | Thériault"),
            words("Érablière {family} | Boulangerie {family} | Clinique {family} | Café du Vieux-Port | Imprimerie {family}"),
            words("inc. | ltée"),
            words("Montréal (Québec) H2Y 1C6 | Québec (Québec) G1R 4S9 | Sherbrooke (Québec) J1H 1R4"),
            words("rue Saint-Paul | boulevard René-Lévesque | rue Wellington"),
            address="{number} {street}\n{place}"),
    Country("MX", "North America", "es-MX",
            words("Xóchitl | José Luis | Guadalupe | Martín | Itzel"),
            words("Hernández | Cárdenas | Peñaloza | Cuauhtémoc | Zúñiga"),
            words("Taquería {family} | Consultorio {family} | Refacciones {family} | Imprenta {family} | Abarrotes La Michoacana"),
            words("S.A. de C.V. | S. de R.L."),
            words("06000 Ciudad de México | 44100 Guadalajara | 64000 Monterrey | 72000 Puebla"),
            words("Avenida Juárez | Paseo de la Reforma | Calle 5 de Mayo | Avenida Hidalgo")),
    Country("IN", "Asia", "hi",
            words("प्रिया | अर्जुन | सुनीता | राजेश | कविता | विक्रम"),
            words("शर्मा | वर्मा | गुप्ता | मिश्रा | त्रिपाठी | अग्रवाल"),
            words("{family} मिष्ठान भंडार | {family} वस्त्रालय | {family} एंड संस | गंगा प्रकाशन | {family} औषधालय"),
            words("प्रा. लि. | लिमिटेड"),
            words("नई दिल्ली 110001 | वाराणसी 221001 | जयपुर 302001 | लखनऊ 226001"),
            words("महात्मा गांधी मार्ग | चाँदनी चौक | अशोक रोड | हज़रतगंज")),
    Country("IN-ML", "Asia", "ml",
            words("ലക്ഷ്മി | അനീഷ് | ശ്രീജ | രാജൻ | മീനാക്ഷി | ജോസഫ്"),
            words("നായർ | മേനോൻ | തോമസ് | കുറുപ്പ് | പിള്ള | വർഗീസ്"),
            words("{family} ആയുർവേദ | {family} ടെക്സ്റ്റൈൽസ് | കേരള സ്പൈസസ് | {family} ബേക്കറി | {family} ഹോട്ടൽസ്"),
            words("പ്രൈവറ്റ് ലിമിറ്റഡ് | ലിമിറ്റഡ്"),
            words("കൊച്ചി 682001 | തിരുവനന്തപുരം 695001 | കോഴിക്കോട് 673001 | തൃശ്ശൂർ 680001"),
            words("എം.ജി. റോഡ് | മറൈൻ ഡ്രൈവ് | ബീച്ച് റോഡ് | സ്വരാജ് റൗണ്ട്")),
    Country("AE", "Asia", "ar",
            words("فاطمة | محمد | عائشة | خالد | مريم | يوسف"),
            words("المنصوري | الشامسي | النعيمي | الحداد | العتيبي | الكعبي"),
            words("مخبز {family} | شركة {family} للتجارة | عيادة {family} | مكتبة الخليج | مقاولات {family}"),
            words("ذ.م.م | ش.م.ع"),
            words("دبي | أبوظبي | الشارقة | العين"),
            words("شارع الشيخ زايد | شارع الكورنيش | شارع الوحدة | شارع خليفة"),
            address="{street} {number}\n{place}"),
    Country("CN", "Asia", "zh-Hans",
            words("秀英 | 伟 | 丽娜 | 建国 | 晓明 | 思远"),
            words("王 | 李 | 张 | 陈 | 欧阳 | 诸葛"),
            words("{family}记餐饮 | 长江印刷 | 东方书店 | {family}氏医疗器械 | 西湖茶业"),
            words("{}有限公司 | {}股份有限公司"),
            words("上海市 200000 | 北京市 100000 | 杭州市 310000 | 成都市 610000"),
            words("南京东路 | 长安街 | 西湖大道 | 春熙路"),
            person="{family}{given}", address="{place}\n{street}{number}号"),
    Country("SG", "Asia", "en-SG",
            words("Wei Ling | Hui Min | Arjun | Siti | Jun Jie"),
            words("Tan | Lim | Subramaniam | binte Rahman | Ng"),
            words("{family} Hawker Supplies | {family} Marine Services | Raffles Stationers | {family} Clinic"),
            words("Pte Ltd | LLP"),
            words("Singapore 018956 | Singapore 068914 | Singapore 179097"),
            words("Shenton Way | Amoy Street | North Bridge Road"),
            address="{number} {street}\n{place}"),
    Country("JP", "Asia", "ja",
            words("さくら | 健太 | 美咲 | 大輔 | 陽菜 | 翔太"),
            words("佐藤 | 鈴木 | 髙橋 | 渡邊 | 伊藤 | 山﨑"),
            words("{family}製作所 | {family}商店 | 桜井印刷 | {family}歯科医院 | 京都茶寮 | ヤマト書房"),
            words("株式会社{} | {}株式会社 | 合同会社{}"),
            words("〒100-0005 東京都千代田区丸の内 | 〒604-8005 京都市中京区 | 〒530-0001 大阪市北区梅田 | 〒060-0001 札幌市中央区"),
            words("一丁目 | 二丁目 | 三条通 | 北一条西"),
            person="{family} {given}", address="{place}\n{street}{number}番地"),
)}
