package x12

import (
	"bytes"
	"fmt"
	"io"
	"math/big"
	"strconv"
	"strings"
	"time"

	"tradepost/backend/edi"
	"tradepost/backend/edi/trade"
	"tradepost/backend/fault"
)

// Envelope says in what a document is sent.
type Envelope struct {
	SenderKind, Sender         string // ISA05, ISA06
	ReceiverKind, Receiver     string
	GroupSender, GroupReceiver string // GS02, GS03; as the interchange's where empty
	Version                    string // GS08; 004010 where empty
	Now                        time.Time
	Control                    int // of interchange and group; the set in it is 0001
	Test                       bool
	Separators                 Separators // the usual ones where empty
	Suffix                     string     // behind every segment, as "\n"
}

// composer writes one set in its interchange.
type composer struct {
	*Writer
	lines int
	hash  *big.Rat // sum of the lines' quantities
}

// compose writes an interchange with one set. What does not fit the set's own definition, or does not add up, is an error
// of code invalid that names the place: it is never sent.
func compose(to io.Writer, e Envelope, kind, code string, fill func(*composer)) error {
	if e.Separators.Terminator == "" {
		e.Separators = usual
	}
	if e.Version == "" {
		e.Version = "004010"
	}
	if e.Version >= "00402" && e.Separators.Repetition == 0 {
		e.Separators.Repetition = '^'
	}
	var out bytes.Buffer
	c := &composer{Writer: NewWriter(&out, e.Separators, e.Suffix), hash: new(big.Rat)}
	c.OpenInterchange(e.header())
	c.OpenGroup(Group{Code: code, Sender: orText(e.GroupSender, e.Sender), Receiver: orText(e.GroupReceiver, e.Receiver), Date: e.Now.Format("20060102"),
		Time: e.Now.Format("1504"), Control: strconv.Itoa(e.Control), Version: e.Version})
	c.OpenSet(Set{Type: kind, Control: "0001"})
	fill(c)
	c.CloseSet()
	c.CloseGroup()
	c.CloseInterchange()
	if err := c.Close(); err != nil {
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

// header is the ISA: its version goes with that of the group.
func (e *Envelope) header() Interchange {
	usage, version := "P", "00401"
	if e.Test {
		usage = "T"
	}
	if release := Release(e.Version); release != "" {
		version = release[:3] + release[3:5]
	}
	return Interchange{SenderKind: e.SenderKind, Sender: e.Sender, ReceiverKind: e.ReceiverKind, Receiver: e.Receiver, Date: e.Now.Format("060102"),
		Time: e.Now.Format("1504"), Version: version, Control: fmt.Sprintf("%09d", e.Control), Usage: usage}
}

// sound checks what is to be sent as the receiver would.
func sound(kind string, text []byte) error {
	report, err := Lint(bytes.NewReader(text), Options{})
	if err != nil {
		return fmt.Errorf("checking %s: %w", kind, err)
	}
	for _, x := range report.Interchanges {
		wrong := x.Errors
		for _, g := range x.Groups {
			wrong = append(wrong, g.Errors...)
			for _, s := range g.Sets {
				wrong = append(wrong, s.Errors...)
			}
		}
		for _, e := range wrong {
			if e.Level != edi.Hint.Word() {
				return fault.New(fault.Invalid, fmt.Sprintf("The %s cannot be sent as it is: %s", kind, e.Message), "Correct the order or the partner's data, then write it again.")
			}
		}
	}
	return nil
}

// words cuts a text to what an element may hold, and takes out what would separate.
func (c *composer) words(text string, most int) string {
	letters := []rune(strings.Join(strings.Fields(c.echo(text)), " "))
	return strings.TrimSpace(string(letters[:min(len(letters), most)]))
}

// day is a date as CCYYMMDD; "" for none.
func day(date string) string { return strings.ReplaceAll(date, "-", "") }

// date writes a DTM; nothing where there is no date.
func (c *composer) date(code, date string) {
	if date != "" {
		c.Segment("DTM", code, day(date))
	}
}

// knows reports whether an element of X12 has a code, in the version that writing follows.
func knows(element, code string) bool {
	directory, err := Book().Directory("004010")
	return err == nil && directory.Element(element).HasCode([]byte(code))
}

// references writes those references that X12 has a code for: partners want theirs back as they came.
func (c *composer) references(all []trade.Reference) {
	for _, r := range all {
		if r.Value != "" && knows("128", r.Kind.Code) {
			c.Segment("REF", r.Kind.Code, r.Value, c.words(r.Text, 80))
		}
	}
}

// roles are X12's codes of roles that EDIFACT calls otherwise.
var roles = map[string]string{"DP": "ST", "UC": "Z7", "IV": "BT", "PE": "RE"}

// parties writes the parties with the numbers by which the partner knows them.
func (c *composer) parties(all []trade.Party) {
	for i := range all {
		p := &all[i]
		role := orText(roles[p.Role.Code], p.Role.Code)
		if !knows("98", role) || p.Name+p.ID == "" {
			continue
		}
		kind := p.IDKind.Code
		if kind == "9" && len(p.ID) == 13 { // EDIFACT's mark of a GLN
			kind = "UL"
		}
		if p.ID == "" {
			kind = ""
		}
		c.Segment("N1", role, c.words(p.Name, 60), kind, p.ID)
		if len(p.Names) > 0 {
			c.Segment("N2", c.words(strings.Join(p.Names, " "), 60))
		}
		c.address(p)
	}
}

func (c *composer) address(p *trade.Party) {
	for i := 0; i < len(p.Street) && i < 4; i += 2 {
		second := ""
		if i+1 < len(p.Street) {
			second = c.words(p.Street[i+1], 55)
		}
		c.Segment("N3", c.words(p.Street[i], 55), second)
	}
	if p.City+p.Region+p.PostalCode+p.Country != "" {
		c.Segment("N4", c.words(p.City, 30), p.Region, p.PostalCode, p.Country)
	}
}

// units are X12's codes of units that EDIFACT calls otherwise.
var units = map[string]string{"PCE": "EA", "C62": "EA", "KGM": "KG", "LBR": "LB", "GRM": "GR", "MTR": "MR", "LTR": "LT"}

func unit(coded trade.Coded) string { return orText(units[coded.Code], coded.Code) }

// items are kinds and codes as they came: both sides' codes have to go back.
func items(codes []trade.Code) (all []string) {
	for _, code := range codes[:min(len(codes), 10)] {
		all = append(all, code.Kind.Code, code.Value)
	}
	return all
}

// number is a line's number, or the place it has.
func (c *composer) number(l *trade.Line) string {
	c.lines++
	return orText(l.Number, strconv.Itoa(c.lines))
}

// count adds a quantity to the hash total.
func (c *composer) count(quantity string) {
	if q, ok := new(big.Rat).SetString(quantity); ok {
		c.hash.Add(c.hash, q)
	}
}

// totals writes CTT with so many lines and the hash total.
func (c *composer) totals(lines int) { c.Segment("CTT", strconv.Itoa(lines), decimal(c.hash)) }

// decimal writes a number without trailing zeros.
func decimal(r *big.Rat) string {
	text := r.FloatString(6)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}

// sum adds quantities; what is no number counts as none.
func sum(quantities ...string) string {
	total := new(big.Rat)
	for _, quantity := range quantities {
		if q, ok := new(big.Rat).SetString(quantity); ok {
			total.Add(total, q)
		}
	}
	return decimal(total)
}

// AnswerTo is the envelope of an answer to a file: sender and receiver of its first interchange and group change places,
// version and separators stay. Errors are those of Check.
func AnswerTo(source io.Reader) (Envelope, error) {
	var e Envelope
	interchanges, groups := 0, 0
	err := Check(source, Options{}, Handler{
		Interchange: func(x *Interchange) {
			if interchanges++; interchanges == 1 {
				e.SenderKind, e.Sender, e.ReceiverKind, e.Receiver, e.Test, e.Separators = x.ReceiverKind, x.Receiver, x.SenderKind, x.Sender, x.Usage == "T", x.answering()
			}
		},
		Group: func(g *Group) {
			if groups++; groups == 1 {
				e.GroupSender, e.GroupReceiver, e.Version = g.Receiver, g.Sender, g.Version
			}
		},
	})
	return e, err
}
