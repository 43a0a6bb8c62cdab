// Package money is exact amounts: whole hundredths of a currency, and their conversion by decimal rates.
package money

// Currency is an ISO 4217 code.
type Currency string

// EUR is the euro, the currency that the reference rates are quoted against.
const EUR Currency = "EUR"
