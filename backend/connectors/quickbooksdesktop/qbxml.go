package quickbooksdesktop

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"

	"tradepost/backend/commerce"
)

// version is the qbXML that is spoken: of QuickBooks 2014, which all that still run understand.
const version = "13.0"

// el is an element to be written. qbXML is read by the order of elements, so they are written as they stand.
type el struct {
	name  string
	attrs string // ` requestID="1"`
	text  string
	kids  []el
}

// text makes an element of a text; an empty one is left out.
func text(name, value string) el { return el{name: name, text: value} }

// group makes an element of others; without any it is left out.
func group(name string, kids ...el) el { return el{name: name, kids: kids} }

// ref names a record of a list.
func ref(name, fullName string) el { return group(name, text("FullName", fullName)) }

func (e el) empty() bool {
	if e.text != "" || e.attrs != "" {
		return false
	}
	for _, k := range e.kids {
		if !k.empty() {
			return false
		}
	}
	return true
}

func (e el) write(b *strings.Builder) {
	if e.empty() {
		return
	}
	b.WriteString("<" + e.name + e.attrs + ">")
	writeText(b, e.text)
	for _, k := range e.kids {
		k.write(b)
	}
	b.WriteString("</" + e.name + ">")
}

// writeText escapes what XML must not have; what is not ASCII goes by number, as QuickBooks reads requests in the code page of Windows.
func writeText(b *strings.Builder, s string) {
	for _, r := range s {
		switch {
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '&':
			b.WriteString("&amp;")
		case r == '"':
			b.WriteString("&quot;")
		case r < ' ' && r != '\n' && r != '\t':
		case r > '~':
			b.WriteString("&#" + strconv.Itoa(int(r)) + ";")
		default:
			b.WriteRune(r)
		}
	}
}

// rq makes a request.
func rq(name, attrs string, kids ...el) el {
	return el{name: name + "Rq", attrs: ` requestID="1"` + attrs, kids: kids}
}

// written are requests as a letter holds them, without what goes around them.
func written(requests ...el) []byte {
	var b strings.Builder
	for _, r := range requests {
		r.write(&b)
	}
	return []byte(b.String())
}

// messages puts requests into the envelope of qbXML. attrs are those of the message set.
func messages(requests, attrs string) string {
	return `<?xml version="1.0" encoding="utf-8"?><?qbxml version="` + version + `"?><QBXML><QBXMLMsgsRq ` + attrs + `>` + requests + `</QBXMLMsgsRq></QBXML>`
}

// node is an element that was read.
type node struct {
	XMLName xml.Name
	Attrs   []xml.Attr `xml:",any,attr"`
	Text    string     `xml:",chardata"`
	Kids    []node     `xml:",any"`
}

// parse reads a document of qbXML.
func parse(raw []byte) (node, error) {
	var n node
	d := xml.NewDecoder(bytes.NewReader(raw))
	d.CharsetReader = charset
	if err := d.Decode(&n); err != nil {
		return n, fmt.Errorf("reading qbXML: %w", err)
	}
	return n, nil
}

// charset reads what QuickBooks may declare: the code page of Western Windows, or plain ASCII. Bytes beyond Latin-1 that the page has
// (0x80 to 0x9F) become what stands for unknown.
func charset(label string, input io.Reader) (io.Reader, error) {
	switch strings.ToLower(label) {
	case "utf-8", "us-ascii", "ascii":
		return input, nil
	case "iso-8859-1", "windows-1252":
	default:
		return nil, fmt.Errorf("reading qbXML: its encoding %q is not known", label)
	}
	raw, err := io.ReadAll(input)
	var b strings.Builder
	for _, c := range raw {
		if c >= 0x80 && c <= 0x9f {
			b.WriteRune('\ufffd')
			continue
		}
		b.WriteRune(rune(c))
	}
	return strings.NewReader(b.String()), err
}

func (n node) name() string { return n.XMLName.Local }

func (n node) attr(name string) string {
	for _, a := range n.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// at finds what lies at a path below; the zero node when there is nothing.
func (n node) at(path ...string) node {
	for _, name := range path {
		found := node{}
		for _, k := range n.Kids {
			if k.name() == name {
				found = k
				break
			}
		}
		if found.name() == "" {
			return node{}
		}
		n = found
	}
	return n
}

// get is the text at a path below.
func (n node) get(path ...string) string { return strings.TrimSpace(n.at(path...).Text) }

// answers are the answers in a message set.
func (n node) answers() []node { return n.at("QBXMLMsgsRs").Kids }

// money reads an amount of QuickBooks, which has a point and at most as many decimals as the currency; not stated when it is none.
func money(s string, currency commerce.Currency) commerce.Amount {
	d, err := commerce.ParseDecimal(s)
	if err != nil {
		return commerce.Amount{}
	}
	a, err := commerce.AmountOf(d, currency.Exponent())
	if err != nil {
		return commerce.Amount{}
	}
	return a
}

// amount writes minor units as QuickBooks takes them.
func amount(minor int64, currency commerce.Currency) string {
	text := commerce.Minor(minor).Decimal(currency.Exponent())
	if currency.Exponent() == 0 {
		text += ".00"
	}
	return text
}

// asJSON is an element as the engine keeps it: texts by their names, in lists where a name stands twice.
func (n node) asJSON() json.RawMessage {
	raw, _ := json.Marshal(n.plain())
	return raw
}

func (n node) plain() any {
	if len(n.Kids) == 0 {
		return strings.TrimSpace(n.Text)
	}
	all := map[string]any{}
	for _, k := range n.Kids {
		switch before := all[k.name()].(type) {
		case nil:
			all[k.name()] = k.plain()
		case []any:
			all[k.name()] = append(before, k.plain())
		default:
			all[k.name()] = []any{before, k.plain()}
		}
	}
	return all
}

// cut shortens a text to so many characters.
func cut(s string, most int) string {
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	return string(runes[:most])
}

// last keeps so many characters of a text's end, where numbers differ.
func last(s string, most int) string {
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	return string(runes[len(runes)-most:])
}
