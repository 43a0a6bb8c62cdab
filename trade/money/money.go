// Package money is exact amounts: whole hundredths of a currency, and their conversion by decimal
// monthly rates. No binary fraction is used anywhere: sums are integers, rates are decimals, and a
// conversion is one exact fraction rounded once, half to even (docs/decisions/0005-money.md).
package money

import (
	"slices"
	"strings"

	"detour/fault"
)

// Currency is an ISO 4217 code.
type Currency string

// EUR is the euro, the currency that the reference rates are quoted against.
const EUR Currency = "EUR"

// codes are the codes of ISO 4217 (list one, without metals, funds and testing codes), and those
// withdrawn ones that the ECB's reference file or statistics since 1999 still carry.
const codes = `
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD
CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD
GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT
LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR
NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP
STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XCG
XOF XPF YER ZAR ZMW ZWG
BYR CYP EEK HRK LTL LVL MTL ROL SIT SKK TRL
`

// ParseCurrency reads a code of ISO 4217 in capitals. Any other string is bad input: a currency that
// is not known is never let through under its own name.
func ParseCurrency(s string) (Currency, error) {
	if len(s) != 3 || !slices.Contains(strings.Fields(codes), s) {
		return "", fault.Errorf(fault.BadInput, "currency %q is not a code of ISO 4217", s).
			Hint("write three capitals, such as EUR, USD or NOK")
	}
	return Currency(s), nil
}
