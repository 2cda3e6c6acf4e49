"""Offers, subscriptions, VAT, company numbers, invoice numbers.

Pure so far: functions over dates and decimals. Money is `Decimal` euros; days are those of Paris.
"""
