// Package area is the places of trade statistics: countries, territories, special partners and aggregates.
package area

// Code is detour's code of an area: ISO 3166-1 alpha-2 for countries and territories (GR, not EL; XK for
// Kosovo), ISO 3166-2 for the occupied regions of Ukraine (UA-43 Crimea), the Comext code for special
// partners (QV, QX, ...), and names such as EU27 for aggregates.
type Code string
