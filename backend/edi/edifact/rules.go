package edifact

import (
	"fmt"
	"math/big"
	"strings"

	"tradepost/backend/edi"
	"tradepost/backend/edi/definition"
)

// totals are what control totals of a message are compared with.
type totals struct {
	lines      int
	quantities *big.Rat
	unreadable bool // some quantity is no number
}

var (
	keyDTM, keyLIN, keyQTY, keyCNT = key("DTM"), key("LIN"), key("QTY"), key("CNT")
	keyGIN, keyNAD, keyPIA         = key("GIN"), key("NAD"), key("PIA")
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
		for element := 2; element <= 6; element++ {
			r.itemNumber(s, element)
		}
	case keyQTY:
		r.addQuantity(s)
	case keyCNT:
		r.countRule(s)
	case keyGIN:
		r.packageNumber(s)
	case keyNAD:
		r.partyNumber(s)
	}
}

// dateRule holds a date against its format.
func (r *reading) dateRule(s *Segment) {
	layout, known := layouts[string(s.Component(1, 1, 3))]
	value := string(s.Clean(s.Component(1, 1, 2)))
	if !known || value == "" || dated(layout, value) {
		return
	}
	p := r.elementProblem(s, 1, 2, edi.BadDate, edi.Rejects, edi.OfElement, "")
	p.ID, p.Allowed = "2380", "a date as "+strings.ToUpper(layout)
	p.Message = fmt.Sprintf("%s (date or time) is %q, which is no date as %s (format %s).", name(p.Place, p.ID), value, strings.ToUpper(layout), s.Component(1, 1, 3))
	r.reportBody(p)
}

// addQuantity counts what CNT+1 sums: the quantity that a message of its kind is about, of lines and not of their places.
func (r *reading) addQuantity(s *Segment) {
	meant := map[string]string{"ORDERS": "21", "ORDCHG": "21", "ORDRSP": "21", "DESADV": "12", "INVOIC": "47", "RECADV": "48"}[r.message.Type]
	if r.totals.lines == 0 || string(s.Component(1, 1, 1)) != meant {
		return
	}
	n, ok := number(s.Clean(s.Component(1, 1, 2)))
	if !ok {
		r.totals.unreadable = true
		return
	}
	if r.totals.quantities == nil {
		r.totals.quantities = new(big.Rat)
	}
	r.totals.quantities.Add(r.totals.quantities, n)
}

// number reads a number with a decimal point or comma.
func number(value []byte) (*big.Rat, bool) {
	text := strings.Replace(strings.TrimSpace(string(value)), ",", ".", 1)
	if text == "" || strings.Trim(text, "-0123456789.") != "" || len(text) > 40 {
		return nil, false
	}
	return new(big.Rat).SetString(text)
}

// countRule compares CNT with what it counts: 2 the lines, 1 the sum of their quantities.
func (r *reading) countRule(s *Segment) {
	stated, ok := number(s.Clean(s.Component(1, 1, 2)))
	if !ok {
		return
	}
	counted, what := (*big.Rat)(nil), ""
	switch string(s.Component(1, 1, 1)) {
	case "2":
		counted, what = new(big.Rat).SetInt64(int64(r.totals.lines)), "lines"
	case "1":
		if r.totals.quantities == nil || r.totals.unreadable {
			return
		}
		counted, what = r.totals.quantities, "pieces"
	default:
		return
	}
	if stated.Cmp(counted) == 0 {
		return
	}
	p := r.elementProblem(s, 1, 2, TotalMismatch, edi.Noted, edi.OfElement, fmt.Sprintf("CNT counts %s %s; the message has %s.", rat(stated), what, rat(counted)))
	p.ID, p.Allowed, p.Remedy = "6066", rat(counted), "Lines may be missing: compare with the sender before you ship."
	r.reportBody(p)
}

// rat writes an exact decimal without needless zeros.
func rat(n *big.Rat) string {
	text := n.FloatString(6)
	return strings.TrimRight(strings.TrimRight(text, "0"), ".")
}

// endRules checks a message as a whole; of the UNT only its being there counts.
func (r *reading) endRules() {}

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
	for element := 2; element <= 6; element++ {
		r.checkDigit(s, element, 1, "7402", "SSCC", 18)
		r.checkDigit(s, element, 2, "7402", "SSCC", 18)
	}
}

// partyNumber checks the check digit of a GLN.
func (r *reading) partyNumber(s *Segment) {
	if string(s.Component(2, 1, 3)) == "9" {
		r.checkDigit(s, 2, 1, "3039", "GLN", 13)
	}
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
	text := fmt.Sprint(lengths[0])
	for i, n := range lengths[1:] {
		if i == len(lengths)-2 {
			text += " or "
		} else {
			text += ", "
		}
		text += fmt.Sprint(n)
	}
	return text
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
