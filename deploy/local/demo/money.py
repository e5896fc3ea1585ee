# SPDX-License-Identifier: Apache-2.0
"""Amounts as whole minor units, read from and written to the form of the interface. No floating point."""
import decimal

DECIMALS = {"JPY": 0, "KRW": 0, "ISK": 0, "CLP": 0, "VND": 0, "KWD": 3, "BHD": 3, "OMR": 3, "JOD": 3, "TND": 3}


def decimals(currency):
    return DECIMALS.get(currency, 2)


def minor(money):
    """{"currency": "EUR", "amount": "12.34"} -> 1234; none -> 0."""
    if not money:
        return 0
    return int(decimal.Decimal(money["amount"]).scaleb(decimals(money["currency"])).to_integral_exact())


def plain(amount_minor, currency):
    """1234, EUR -> 12.34"""
    places = decimals(currency)
    sign, digits = "-" if amount_minor < 0 else "", str(abs(amount_minor)).rjust(places + 1, "0")
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


def grouped(amount_minor, currency):
    """1234567, EUR -> 12,345.67, for people."""
    whole, point, part = plain(amount_minor, currency).partition(".")
    return f"{int(whole):,}{point}{part}" if whole != "-0" else f"-0{point}{part}"


def money(amount_minor, currency):
    return {"currency": currency, "amount": plain(amount_minor, currency)}
