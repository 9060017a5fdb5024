package edifact

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"tradepost/backend/edi"
	"tradepost/backend/edi/trade"
	"tradepost/backend/fault"
)

// Envelope says in what a message is sent.
type Envelope struct {
	Syntax      string // UNOA to UNOY; UNOC where empty
	Sender      Address
	Receiver    Address
	Now         time.Time // in the zone that is to be stated
	Control     string    // reference of the interchange; the message in it is 1
	Release     string    // 96A or 01B; 96A where empty
	Association string    // of the message: EAN005
	EANCOM      bool      // the message is of EANCOM, whose code for it stands where no association is stated
	Test        bool
	AckWanted   bool
	Break       string // behind every segment, as "\n"
}

// associations are EANCOM's codes of the messages that are written: those of EANCOM 97 and 2002.
var associations = map[string]string{"ORDRSP96A": "EAN005", "ORDRSP01B": "EAN009", "DESADV96A": "EAN005", "DESADV01B": "EAN007", "INVOIC96A": "EAN008", "INVOIC01B": "EAN011"}

// composer writes one message in its interchange.
type composer struct {
	*Writer
	envelope Envelope
	before   int
	lines    int
}

// compose writes an interchange with one message. What does not fit the message's own definition is an error of code
// Invalid that names the place: it is never sent.
func compose(to io.Writer, envelope Envelope, kind string, fill func(c *composer)) error {
	if envelope.Syntax == "" {
		envelope.Syntax = "UNOC"
	}
	if envelope.Release == "" {
		envelope.Release = "96A"
	}
	if envelope.EANCOM && envelope.Association == "" {
		envelope.Association = associations[kind+envelope.Release]
	}
	var out bytes.Buffer
	c := &composer{Writer: NewWriter(&out, Default, envelope.Syntax), envelope: envelope}
	c.Break = envelope.Break
	c.begin(kind)
	fill(c)
	c.Segment("UNT", E(strconv.Itoa(c.Segments()-c.before+1)), E("1"))
	c.Segment("UNZ", E("1"), E(envelope.Control))
	if err := c.Flush(); err != nil {
		return fmt.Errorf("writing %s: %w", kind, err)
	}
	if err := sound(kind, out.Bytes()); err != nil {
		return err
	}
	if _, err := to.Write(out.Bytes()); err != nil {
		return fmt.Errorf("writing %s: %w", kind, err)
	}
	return nil
}

// sound checks what is to be sent as the receiver would.
func sound(kind string, text []byte) error {
	report, err := Lint(bytes.NewReader(text), Options{})
	if err != nil {
		return fmt.Errorf("checking %s: %w", kind, err)
	}
	for _, x := range report.Interchanges {
		errors := x.Errors
		for _, g := range x.Groups {
			for _, s := range g.Sets {
				errors = append(errors, s.Errors...)
			}
		}
		for _, e := range errors {
			if e.Level == edi.Rejects.Word() { // a partner's own number with a wrong check digit has to go back as it came
				return fault.New(fault.Invalid, fmt.Sprintf("The %s cannot be sent as it is: %s", kind, e.Message), "Correct the order or the partner's data, then write it again.")
			}
		}
	}
	return nil
}

func (c *composer) begin(kind string) {
	e := c.envelope
	c.Advice()
	flag := func(on bool) string {
		if on {
			return "1"
		}
		return ""
	}
	c.Segment("UNB", E(e.Syntax, "3"), E(e.Sender.ID, e.Sender.Qualifier, e.Sender.Internal), E(e.Receiver.ID, e.Receiver.Qualifier, e.Receiver.Internal),
		E(e.Now.Format("060102"), e.Now.Format("1504")), E(e.Control), E(), E(), E(), E(flag(e.AckWanted)), E(), E(flag(e.Test)))
	c.before = c.Segments()
	c.Segment("UNH", E("1"), E(kind, "D", e.Release, "UN", e.Association))
}

// date writes a DTM; nothing where there is no date.
func (c *composer) date(code, written string) {
	switch digits := strings.NewReplacer("-", "", "T", "", ":", "").Replace(written); {
	case written == "":
	case len(digits) == 8:
		c.Segment("DTM", E(code, digits, "102"))
	case len(digits) == 12:
		c.Segment("DTM", E(code, digits, "203"))
	case len(digits) == 14:
		c.Segment("DTM", E(code, digits, "204"))
	case len(digits) == 17 && strings.Contains(digits, "/"):
		c.Segment("DTM", E(code, strings.Replace(digits, "/", "", 1), "718"))
	default:
		c.Segment("DTM", E(code, written))
	}
}

// reference writes a RFF with its date.
func (c *composer) reference(code, value, date string) {
	if value != "" {
		c.Segment("RFF", E(code, value))
		c.date("171", date)
	}
}

// roleCodes are NAD's codes of roles that X12 calls otherwise.
var roleCodes = map[string]string{"VN": "SU", "Z7": "UC", "MA": "UC", "BT": "IV", "BO": "BY", "RI": "PE", "PR": "PR", "WH": "SF", "CA": "CA"}

// parties writes the parties with the numbers by which the partner knows them.
func (c *composer) parties(parties []trade.Party) {
	for i := range parties {
		p := &parties[i]
		role := p.Role.Code
		if meaning("3035", role) == "" {
			role = roleCodes[role]
		}
		if role == "" {
			continue
		}
		number := E()
		if p.ID != "" {
			number = E(p.ID, "", keeper(p.IDKind.Code))
		}
		name := strings.TrimSpace(strings.Join(append([]string{p.Name}, p.Names...), " "))
		c.Segment("NAD", E(role), number, E(), pieces(name, 35, 5), pieces(strings.Join(p.Street, " "), 35, 4), E(p.City), E(p.Region), E(p.PostalCode), E(p.Country))
		for _, reference := range p.References {
			if meaning("1153", reference.Kind.Code) != "" {
				c.reference(reference.Kind.Code, reference.Value, "")
			}
		}
	}
}

// keeper is who keeps a party's number (code list 3055): what X12 calls UL is a GLN, 92 the buyer's, 91 the seller's.
func keeper(code string) string {
	switch code {
	case "UL":
		return "9"
	case "1":
		return "16"
	}
	return code
}

// pieces cuts a text between words into components of a size.
func pieces(text string, size, most int) Element {
	var parts []string
	for text = strings.TrimSpace(text); text != "" && len(parts) < most; {
		letters := []rune(text)
		if len(letters) <= size {
			return E(append(parts, text)...)
		}
		cut := size
		for i := size; i > 0; i-- {
			if letters[i] == ' ' {
				cut = i
				break
			}
		}
		parts = append(parts, strings.TrimSpace(string(letters[:cut])))
		text = strings.TrimSpace(string(letters[cut:]))
	}
	return E(parts...)
}

// line begins a line with all numbers of its item: partners want both sides' codes back.
func (c *composer) line(l *trade.Line, action string) {
	c.lines++
	number, first := l.Number, Element(nil)
	if number == "" {
		number = strconv.Itoa(c.lines)
	}
	var others []Element
	for _, item := range l.Codes {
		code := itemCode(item.Kind.Code)
		if first == nil && slices.Contains([]string{"EN", "SRV", "UP", "GU"}, code) {
			first = E(item.Value, code)
			continue
		}
		others = append(others, E(item.Value, code))
	}
	c.Segment("LIN", E(number), E(action), first)
	for chunk := range slices.Chunk(others, 5) {
		meant := E("1") // they add to the one in LIN
		if first == nil {
			meant = E("5")
		}
		c.Segment("PIA", append([]Element{meant}, chunk...)...)
	}
	if l.Description != "" {
		text := pieces(l.Description, 35, 2)
		c.Segment("IMD", E("F"), E(), E(append([]string{"", "", ""}, text[0]...)...))
	}
}

// itemCodes are codes of item numbers that X12 calls otherwise.
var itemCodes = map[string]string{"UK": "GU", "UI": "UP", "UA": "UP", "VP": "SA", "CB": "IN", "MG": "MF"}

func itemCode(code string) string {
	if meaning("7143", code) != "" {
		return code
	}
	return itemCodes[code]
}

func (c *composer) quantity(code string, value, unit string) {
	if value != "" {
		c.Segment("QTY", E(code, value, unitCode(unit)))
	}
}

func (c *composer) amount(code, value string) {
	if value != "" {
		c.Segment("MOA", E(code, value))
	}
}

// unitCodes are units that X12 calls otherwise (UN/ECE recommendation 20).
var unitCodes = map[string]string{"EA": "PCE", "CA": "CS", "CT": "CT", "LB": "LBR", "KG": "KGM", "DZ": "DZN"}

func unitCode(code string) string {
	if known, other := unitCodes[code]; other {
		return known
	}
	return code
}

func (c *composer) price(l *trade.Line) {
	if l.Price == "" {
		return
	}
	code := l.PriceBasis.Code
	if meaning("5125", code) == "" {
		code = "AAA"
	}
	c.Segment("PRI", E(code, l.Price, "", "", l.PricePer))
}

// end writes the summary of a message whose lines are over.
func (c *composer) end() {
	c.Segment("UNS", E("S"))
	c.count()
}

func (c *composer) count() { c.Segment("CNT", E("2", strconv.Itoa(c.lines))) }
