// Package goods is the product codes of trade statistics: nomenclatures and their editions, named sets of
// goods, and the families that follow goods through a change of edition.
package goods

// Code is a product code as stated: 2, 4, 6 or 8 digits (more in national tariffs), or Total.
type Code string

// Total is the code of the reporter's own total over all goods.
const Total Code = "TOTAL"

// Nomenclature names the classification a code belongs to: CN, whose edition is the year of the period,
// or a fixed HS edition (HS2012, HS2017, HS2022).
type Nomenclature string
