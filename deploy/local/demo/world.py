# SPDX-License-Identifier: Apache-2.0
"""The world of the demonstration: two legal entities, their bank accounts, 500 accounts on three continents in four
currencies, and what they have subscribed to. All of it follows from one seed; only the year follows from the clock."""
import datetime
import random
import uuid
from dataclasses import dataclass, field

from demo.people import COUNTRIES

SEED = 20270101
CYCLE = "MONTHLY-01"
NAMESPACE = uuid.UUID("6f1d3c52-7a0e-5b7e-9c55-6475656a6f6b")


def identity(*parts):
    return str(uuid.uuid5(NAMESPACE, "/".join(str(part) for part in parts)))


@dataclass
class Entity:
    code: str
    name: str
    country: str
    vat_id: str
    address: str
    currency: str
    zone: str
    prefix: str
    rounding: str
    ibans: list

    @property
    def entity_id(self):
        return identity("entity", self.code)


ENTITIES = (
    Entity("DE", "Rheinwerk Datennetze GmbH", "DE", "DE136695976", "Am Brückentor 1, 50667 Köln", "EUR", "Europe/Berlin",
           "DE", "TAX_ROUNDING_DOCUMENT", ["DE77370502990132477165", "GB34BARC20325312345678"]),
    Entity("US", "Great Lakes Fiber Inc.", "US", "", "233 W Wacker Drive, Chicago, IL 60606", "USD", "America/New_York",
           "US", "TAX_ROUNDING_LINE", []),
)
BY_CODE = {entity.code: entity for entity in ENTITIES}

# (country, currency, entity, accounts): 500 together.
POPULATION = (
    ("DE", "EUR", "DE", 84), ("FR", "EUR", "DE", 30), ("IT", "EUR", "DE", 24), ("ES", "EUR", "DE", 22),
    ("NL", "EUR", "DE", 18), ("AT", "EUR", "DE", 14), ("GR", "EUR", "DE", 18), ("BG", "EUR", "DE", 10),
    ("GB", "GBP", "DE", 80),
    ("US", "USD", "US", 62), ("CA", "USD", "US", 16), ("MX", "USD", "US", 12), ("IN", "USD", "US", 14),
    ("IN-ML", "USD", "US", 12), ("AE", "USD", "US", 12), ("CN", "USD", "US", 12), ("SG", "USD", "US", 8),
    ("JP", "JPY", "US", 52),
)
assert sum(count for *_, count in POPULATION) == 500

# INV-9; how often each is agreed.
TERMS = (
    (40, {"kind": "TERMS_KIND_NET", "days": 14}), (30, {"kind": "TERMS_KIND_NET", "days": 30}),
    (14, {"kind": "TERMS_KIND_END_OF_MONTH_PLUS", "days": 15}), (8, {"kind": "TERMS_KIND_NET", "days": 60}),
    (8, {"kind": "TERMS_KIND_PROXIMO", "days": 15, "cutoffDay": 25}),
)

# code, text, unit, price in each currency, what decides the quantity
PRODUCTS = (
    ("FIBRE-250", "Fibre access 250 Mbit/s", "C62", {"EUR": "39.90", "GBP": "34.50", "USD": "45.00", "JPY": "5480"}, "one"),
    ("FIBRE-1000", "Fibre access 1 Gbit/s", "C62", {"EUR": "69.90", "GBP": "62.00", "USD": "79.95", "JPY": "9800"}, "one"),
    ("LINE-10G", "Leased line 10 Gbit/s", "C62", {"EUR": "1480.00", "GBP": "1295.00", "USD": "1650.00", "JPY": "218000"}, "one"),
    ("RACK", "Rack space, 42 units", "C62", {"EUR": "612.50", "GBP": "540.00", "USD": "695.00", "JPY": "91500"}, "few"),
    ("POWER", "Power, committed", "KWH", {"EUR": "0.2874", "GBP": "0.2615", "USD": "0.1499", "JPY": "31.25"}, "energy"),
    ("SUPPORT", "Engineer on call", "HUR", {"EUR": "96.00", "GBP": "84.00", "USD": "118.00", "JPY": "14500"}, "hours"),
    ("IPV4-29", "Static addresses, /29", "C62", {"EUR": "12.00", "GBP": "10.50", "USD": "14.00", "JPY": "1650"}, "one"),
    ("BACKUP", "Backup storage, per terabyte", "C62", {"EUR": "18.75", "GBP": "16.40", "USD": "21.25", "JPY": "2780"}, "few"),
)
HOME, OFFICE, CENTRE = ("FIBRE-250", "FIBRE-1000"), ("FIBRE-1000", "IPV4-29", "SUPPORT"), ("LINE-10G", "RACK", "POWER", "BACKUP", "SUPPORT")

VAT_RATES = {"DE": 190000, "FR": 200000, "IT": 220000, "ES": 210000, "NL": 210000, "AT": 200000, "GR": 240000, "BG": 200000}
SALES_TAX = {
    "US": ((("US-IL", 62500), ("US-IL-COOK", 17500)), (("US-NY", 40000), ("US-NY-NYC", 45000)), (("US-TX", 62500), ("US-TX-AUSTIN", 20000))),
    "CA": ((("CA-GST", 50000), ("CA-QC-QST", 99750)),),
    "JP": ((("JP-CT", 100000),),),
}


def taxes_of(country, organisation, vat_id, random):
    if country in VAT_RATES:
        if organisation and vat_id and country != "DE":
            return [{"authority": "VAT", "category": "TAX_CATEGORY_AE", "ratePpm": 0,
                     "exemptionReason": "Reverse charge, article 196 of Directive 2006/112/EC"}]
        return [{"authority": "VAT", "category": "TAX_CATEGORY_S", "ratePpm": VAT_RATES[country]}]
    if country in SALES_TAX:
        return [{"authority": authority, "category": "TAX_CATEGORY_S", "ratePpm": rate}
                for authority, rate in random.choice(SALES_TAX[country])]
    reason = "Outside the scope of the tax: supplied where the customer is established"
    return [{"authority": "VAT", "category": "TAX_CATEGORY_O", "ratePpm": 0, "exemptionReason": reason}]


@dataclass
class Account:
    number: str
    customer: dict
    name: str
    country: str
    continent: str
    currency: str
    entity: Entity
    terms: dict
    segment: str
    size: str
    habit: str
    charges: list = field(default_factory=list)

    @property
    def account_id(self):
        return identity("account", self.number)


# How people pay; what each does in which month stands in payers.py.
HABITS = (
    (46, "reference"), (14, "number"), (5, "batch"), (5, "partial"), (4, "over"), (4, "wrong_reference"), (3, "unknown"),
    (4, "returned"), (6, "late"), (4, "never"), (3, "cheque"), (2, "two_at_once"),
)


def weighted(random, choices):
    mark = random.randrange(sum(weight for weight, _ in choices))
    for weight, value in choices:
        if mark < weight:
            return value
        mark -= weight
    raise AssertionError("the weights are counted above")


def quantity(random, kind):
    if kind == "one":
        return "1"
    if kind == "few":
        return str(random.randint(1, 4))
    if kind == "hours":
        return f"{random.randint(1, 9)}.{random.choice(('00', '25', '50', '75'))}"
    return f"{random.randint(180, 4200)}.{random.randint(0, 999):03}"


def charges_of(account_number, size, currency, taxes, year, random):
    wanted = {"home": random.sample(HOME, 1), "office": random.sample(OFFICE, random.randint(1, 3)),
              "centre": random.sample(CENTRE, random.randint(2, 5))}[size]
    charges = []
    for code, text, unit, prices, kind in PRODUCTS:
        if code not in wanted:
            continue
        start, end = datetime.date(year, 1, 1), None
        # Some come in the middle of a month and some go: these months are prorated (INV-13).
        if random.random() < 0.06:
            start = datetime.date(year, random.choice((1, 2)), random.randint(5, 24))
        if random.random() < 0.03:
            end = datetime.date(year, 3, random.randint(6, 24))
        charge = {"chargeId": identity("charge", account_number, code), "chargeCode": code, "description": text,
                  "quantity": quantity(random, kind), "unitCode": unit, "price": prices[currency], "taxes": taxes,
                  "start": start.isoformat()}
        if end:
            charge["end"] = end.isoformat()
        charges.append(charge)
    return charges


def customer_of(code, serial, random):
    country = COUNTRIES[code]
    # Overseas and in Britain only companies are supplied; at home everybody.
    organisation = code not in VAT_RATES and code != "US" or random.random() < 0.55
    name = country.company_name(random) if organisation else country.person_name(random)
    customer = {
        "customerId": identity("customer", code, serial),
        "kind": "CUSTOMER_KIND_ORGANISATION" if organisation else "CUSTOMER_KIND_PERSON",
        "name": name, "address": country.place_line(random), "email": f"billing{serial:03}.{code.lower()}@example.com",
        "country": code[:2], "language": country.language,
    }
    if organisation and country.vat_form:
        customer["vatId"] = country.vat_id(random)
    return customer, organisation


def population(year):
    """Customers and accounts, the same for the same year, whatever happened before."""
    chance = random.Random(SEED)
    customers, accounts = [], []
    for code, currency, entity, count in POPULATION:
        customer = organisation = None
        for serial in range(1, count + 1):
            # One customer in fifteen has a second account.
            if customer is None or chance.random() > 0.07:
                customer, organisation = customer_of(code, serial, chance)
                customers.append(customer)
            size = weighted(chance, ((30, "office"), (12, "centre"), (10, "home"))) if organisation else "home"
            number = f"{code.replace('-', '')}-{10000 + serial * 7}"
            account = Account(number, customer, customer["name"], code[:2], COUNTRIES[code].continent, currency,
                              BY_CODE[entity], weighted(chance, TERMS), "KEY" if size == "centre" else "STANDARD", size,
                              weighted(chance, HABITS))
            taxes = taxes_of(code[:2], organisation, customer.get("vatId"), chance)
            account.charges = charges_of(number, size, currency, taxes, year, chance)
            accounts.append(account)
    return customers, accounts
