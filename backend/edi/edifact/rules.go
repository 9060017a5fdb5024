package edifact

import (
	"fmt"
	"strconv"
	"strings"

	"tradepost/backend/edi"
	"tradepost/backend/edi/definition"
)

// totals are what control totals of a message are compared with.
type totals struct {
	lines      int
	quantities int64 // millionths
	counted    bool  // some quantity was added
	unreadable bool  // some quantity is no number
	money      money
	packages   map[string]bool // by their numbers, those that came
}

var (
	keyDTM, keyLIN, keyQTY, keyCNT = key("DTM"), key("LIN"), key("QTY"), key("CNT")
	keyGIN, keyNAD, keyPIA         = key("GIN"), key("NAD"), key("PIA")
	keyMOA, keyUNS, keyTAX         = key("MOA"), key("UNS"), key("TAX")
	keyCPS, keyLOC                 = key("CPS"), key("LOC")
)

func key(tag string) uint32 { return definition.Key([]byte(tag)) }

// rules checks what no definition says of a segment: dates by their format, control totals, check digits.
func (r *reading) rules(s *Segment) {
	switch definition.Key(s.Tag()) {
	case keyDTM:
		r.dateRule(s)
	case keyLIN:
		r.totals.lines++
		r.itemNumber(s, 3)
	case keyPIA:
		for element := 2; s.Component(element, 1, 1) != nil; element++ {
			r.itemNumber(s, element)
		}
	case keyQTY:
		r.addQuantity(s)
	case keyCNT:
		r.countRule(s)
	case keyGIN:
		r.packageNumber(s)
	case keyNAD, keyLOC:
		r.partyNumber(s)
	case keyCPS:
		r.packageRule(s)
	case keyMOA, keyUNS, keyTAX:
		if r.message.Type == "INVOIC" {
			r.moneyRule(s)
		}
	}
}

// dateRule holds a date against its format.
func (r *reading) dateRule(s *Segment) {
	layout, known := layouts[string(s.Component(1, 1, 3))]
	value := s.Clean(s.Component(1, 1, 2))
	if !known || len(value) == 0 || dated(layout, value) {
		return
	}
	p := r.elementProblem(s, 1, 2, edi.BadDate, edi.Rejects, edi.OfElement, "")
	p.ID, p.Allowed = "2380", "a date as "+strings.ToUpper(layout)
	p.Message = fmt.Sprintf("%s (date or time) is %q, which is no date as %s (format %s).", name(p.Place, p.ID), value, strings.ToUpper(layout), s.Component(1, 1, 3))
	r.reportBody(p)
}

// summed is the quantity that a message of a kind is about, which CNT+1 sums.
func summed(kind string) string {
	switch kind {
	case "ORDERS", "ORDCHG", "ORDRSP":
		return "21"
	case "DESADV":
		return "12"
	case "INVOIC":
		return "47"
	case "RECADV":
		return "48"
	}
	return ""
}

// addQuantity adds up what CNT+1 sums: of lines, and not of their places.
func (r *reading) addQuantity(s *Segment) {
	if r.totals.lines == 0 || string(s.Component(1, 1, 1)) != summed(r.message.Type) {
		return
	}
	n, ok := number(s.Clean(s.Component(1, 1, 2)))
	r.totals.quantities += n
	r.totals.counted = true
	r.totals.unreadable = r.totals.unreadable || !ok
}

// number reads a number with a decimal point or comma, in millionths. It is not ok where there is none, or one of more than
// six decimals or twelve digits before them.
func number(value []byte) (millionths int64, ok bool) {
	negative, digits, decimals := false, 0, -1
	for i, c := range value {
		switch {
		case c == '-' && i == 0:
			negative = true
		case (c == '.' || c == ',') && decimals < 0:
			decimals = 0
		case c < '0' || c > '9' || digits > 17 || decimals > 5:
			return 0, false
		default:
			millionths = millionths*10 + int64(c-'0')
			digits++
			if decimals >= 0 {
				decimals++
			}
		}
	}
	if digits == 0 || digits-max(decimals, 0) > 12 {
		return 0, false
	}
	for decimals = max(decimals, 0); decimals < 6; decimals++ {
		millionths *= 10
	}
	if negative {
		millionths = -millionths
	}
	return millionths, true
}

// countRule compares CNT with what it counts: 2 the lines, 1 the sum of their quantities.
func (r *reading) countRule(s *Segment) {
	stated, ok := number(s.Clean(s.Component(1, 1, 2)))
	if !ok {
		return
	}
	counted, what := int64(r.totals.lines)*1e6, "lines"
	switch string(s.Component(1, 1, 1)) {
	case "2":
	case "1":
		if !r.totals.counted || r.totals.unreadable {
			return
		}
		counted, what = r.totals.quantities, "pieces"
	default:
		return
	}
	if stated == counted {
		return
	}
	p := r.elementProblem(s, 1, 2, TotalMismatch, edi.Noted, edi.OfElement, fmt.Sprintf("CNT counts %s %s; the message has %s.", plainNumber(stated), what, plainNumber(counted)))
	p.ID, p.Allowed, p.Remedy = "6066", plainNumber(counted), "Lines may be missing: compare with the sender before you ship."
	r.reportBody(p)
}

// plainNumber writes millionths as a decimal without needless zeros.
func plainNumber(millionths int64) string {
	sign := ""
	if millionths < 0 {
		sign, millionths = "-", -millionths
	}
	text := fmt.Sprintf("%s%d.%06d", sign, millionths/1e6, millionths%1e6)
	return strings.TrimRight(strings.TrimRight(text, "0"), ".")
}

// itemNumber checks the check digit of a GTIN.
func (r *reading) itemNumber(s *Segment, element int) {
	switch string(s.Component(element, 1, 2)) {
	case "EN", "SRV", "UP", "GU":
		r.checkDigit(s, element, 1, "7140", "item number", 8, 12, 13, 14)
	}
}

// packageNumber checks the check digits of SSCCs.
func (r *reading) packageNumber(s *Segment) {
	if string(s.Component(1, 1, 1)) != "BJ" {
		return
	}
	for element := 2; s.Component(element, 1, 1) != nil; element++ {
		r.checkDigit(s, element, 1, "7402", "SSCC", 18)
		r.checkDigit(s, element, 2, "7402", "SSCC", 18)
	}
}

// partyNumber checks the check digit of a GLN, that of a party or of a place.
func (r *reading) partyNumber(s *Segment) {
	if string(s.Component(2, 1, 3)) == "9" {
		id := map[string]string{"NAD": "3039", "LOC": "3225"}[string(s.Tag())]
		r.checkDigit(s, 2, 1, id, "GLN", 13)
	}
}

// packageRule sees to it that a package lies in one that came before it.
func (r *reading) packageRule(s *Segment) {
	if parent := s.text(2, 1); parent != "" && !r.totals.packages[parent] {
		p := r.elementProblem(s, 2, 0, BrokenHierarchy, edi.Noted, edi.OfElement, "")
		p.ID, p.Remedy = "7166", "Ask the sender in which package it lies."
		p.Message = fmt.Sprintf("%s says that the package lies in package %q, but none of that number came before.", name(p.Place, p.ID), parent)
		r.reportBody(p)
	}
	if r.totals.packages == nil {
		r.totals.packages = map[string]bool{}
	}
	r.totals.packages[s.text(1, 1)] = true
}

// checkDigit holds a number against its last digit, which GS1 works out with weights 3 and 1 from the right.
func (r *reading) checkDigit(s *Segment, element, component int, id, what string, lengths ...int) {
	value := s.Component(element, 1, component)
	if len(value) == 0 {
		return
	}
	right := false
	for _, length := range lengths {
		right = right || len(value) == length
	}
	if right && gs1Sum(value)%10 == 0 {
		return
	}
	p := r.elementProblem(s, element, component, BadCheckDigit, edi.Noted, edi.OfElement, "")
	p.ID, p.Allowed = id, fmt.Sprintf("a GS1 number of %s digits with its check digit", anyOf(lengths))
	p.Message = fmt.Sprintf("%s (%s) is %q, whose check digit is wrong.", name(p.Place, id), what, p.Found)
	if !right {
		p.Message = fmt.Sprintf("%s (%s) is %q; it has to have %s digits.", name(p.Place, id), what, p.Found, anyOf(lengths))
	}
	p.Remedy = "A digit was mistyped or cut off: look the number up."
	r.reportBody(p)
}

func anyOf(lengths []int) string {
	words := make([]string, len(lengths))
	for i, n := range lengths {
		words[i] = strconv.Itoa(n)
	}
	if last := len(words) - 1; last > 0 {
		return strings.Join(words[:last], ", ") + " or " + words[last]
	}
	return words[0]
}

// gs1Sum is the weighted sum of all digits; it is a multiple of ten for right numbers. Anything but digits makes it odd.
func gs1Sum(value []byte) int {
	sum := 0
	for i, c := range value {
		if c < '0' || c > '9' {
			return 1
		}
		weight := 1
		if (len(value)-1-i)%2 == 1 {
			weight = 3
		}
		sum += int(c-'0') * weight
	}
	return sum
}
