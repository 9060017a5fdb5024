// Package sef turns a partner's guide in SEF, the format in which many retailers hand theirs out, into a guide of ours.
// SEF says everything that a partner's documents hold; a guide of ours says only how that differs from the standard. So what a
// SEF says is compared with our definitions, and what it says otherwise is written down.
package sef

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"tradepost/backend/fault"
)

// File is what is read of a SEF file. What else is in it is counted in Unread, by section.
type File struct {
	Name     string
	Version  string // 004010; D.96A
	Title    string
	EDIFACT  bool
	Sets     map[string][]Item // by set
	Order    []string          // of the sets, as the file has them
	Segments map[string]Segment
	Parts    map[string][]Use    // components of a composite
	Elements map[string]Element  // by number
	Codes    map[string][]string // values of an element that may be used
	Unread   map[string]int      // lines by section
}

// Item is a segment or a loop of a set.
type Item struct {
	Tag     string
	Usage   Usage
	Must    bool   // M, or the partner's must-use mark
	Max     int    // 0 is as often as one likes
	Masked  string // the number of the segment's mask that holds here, from 1; "" for none
	Inside  []Item // of a loop, whose first item opens it
	IsLoop  bool
	Repeats string // as stated
}

// Usage is the partner's own mark before a segment or element.
type Usage byte

// The marks.
const (
	AsStandard Usage = 0
	NotUsed    Usage = '.'
	MustUse    Usage = '!'
	Preferred  Usage = '$'
	Dependent  Usage = '&'
)

// Segment is what a segment consists of: its elements, how they relate to each other ("R0203"), and its masks, by which places of the sets say
// how they use the elements.
type Segment struct {
	Uses       []Use
	Conditions []string
	Masks      []string
}

// Use is an element in a segment, or a component in a composite.
type Use struct {
	ID    string
	Usage Usage
	Must  bool
}

// Element is an element's kind and length.
type Element struct {
	Kind     string
	Min, Max int
}

// Read reads a SEF file. Text that is none, or that is damaged, is an error of code invalid in the field file that names the line.
func Read(name, text string) (*File, error) {
	f := &File{Name: name, Sets: map[string][]Item{}, Segments: map[string]Segment{}, Parts: map[string][]Use{}, Elements: map[string]Element{}, Codes: map[string][]string{},
		Unread: map[string]int{}}
	section := ""
	private := false
	for n, line := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		line = strings.TrimRight(line, " \t\x1a")
		switch {
		case strings.TrimSpace(line) == "" || strings.HasPrefix(line, "*"): // a comment
			continue
		case strings.HasPrefix(line, ".PRIVATE"):
			private = true
			continue
		case strings.HasPrefix(line, ".PUBLIC"):
			private = false
			continue
		case private:
			continue
		case strings.HasPrefix(line, "."):
			section, _, _ = strings.Cut(strings.ToUpper(line[1:]), " ")
			continue
		}
		if err := f.line(section, line); err != nil {
			return nil, fault.Wrap(err, fault.Invalid, fmt.Sprintf("Line %d of %s cannot be read: %v.", n+1, name, err), "Ask the partner for the file once more; it may have been cut or wrapped.").InField("file")
		}
	}
	if len(f.Sets) == 0 {
		return nil, fault.New(fault.Invalid, name+" is no SEF file: it has no section .SETS.", "A guide in SEF begins with .VER or .INI and lists its sets behind .SETS.").InField("file")
	}
	return f, nil
}

// line reads one line of a section.
func (f *File) line(section, line string) error {
	if section == "INI" {
		f.ini(line)
		return nil
	}
	name, body, stated := strings.Cut(line, "=")
	if !stated {
		f.Unread[section]++
		return nil
	}
	var err error
	switch section {
	case "SETS":
		var items []Item
		if items, err = itemsOf(body); err == nil {
			if _, known := f.Sets[name]; !known {
				f.Order = append(f.Order, name)
			}
			f.Sets[name] = items
		}
	case "SEGS":
		f.Segments[name], err = segmentOf(body)
	case "COMS":
		f.Parts[name], err = usesOf(body)
	case "ELMS":
		f.Elements[name], err = elementOf(body)
	case "CODES":
		f.Codes[name] = append(f.Codes[name], codesOf(body)...)
	default:
		f.Unread[section]++
	}
	return err
}

// ini reads the line that names the guide: name, nothing, version, agency, standard, title.
func (f *File) ini(line string) {
	parts := strings.SplitN(line, ",", 6)
	for len(parts) < 6 {
		parts = append(parts, "")
	}
	f.Name, f.Title, f.EDIFACT = or(parts[0], f.Name), parts[5], strings.HasPrefix(parts[3], "UN")
	version := strings.Fields(parts[2])
	if f.EDIFACT {
		f.Version = "D." + strings.TrimPrefix(strings.TrimPrefix(strings.Join(version, "."), "D."), "D")
		return
	}
	f.Version = strings.Join(version[:min(len(version), 2)], "")
}

func or(text, other string) string {
	if strings.TrimSpace(text) == "" {
		return other
	}
	return strings.TrimSpace(text)
}

// scanner walks over the brackets of a line.
type scanner struct {
	text string
	at   int
}

func (s *scanner) done() bool { return s.at >= len(s.text) }

func (s *scanner) peek() byte { return s.text[s.at] }

// until gives what stands before the next of some bytes, and stands behind it.
func (s *scanner) until(end byte) (string, error) {
	n := strings.IndexByte(s.text[s.at:], end)
	if n < 0 {
		return "", fmt.Errorf("a %q is missing behind %q", end, s.text[s.at:min(len(s.text), s.at+20)])
	}
	found := s.text[s.at : s.at+n]
	s.at += n + 1
	return found, nil
}

// itemsOf reads a set: [TAG,M,max], {:max[TAG]...}, ^ between its areas, +n for places.
func itemsOf(body string) ([]Item, error) {
	s := &scanner{text: body}
	items, err := s.items(false)
	if err == nil && !s.done() {
		err = fmt.Errorf("a loop is closed that was not opened")
	}
	return items, err
}

func (s *scanner) items(inside bool) (all []Item, err error) {
	for !s.done() {
		switch c := s.peek(); c {
		case '}': // the loop's, or one too many
			return all, nil
		case '[':
			s.at++
			text, err := s.until(']')
			if err != nil {
				return nil, err
			}
			item, err := itemOf(text)
			if err != nil {
				return nil, err
			}
			all = append(all, item)
		case '{':
			s.at++
			loop, err := s.loop()
			if err != nil {
				return nil, err
			}
			all = append(all, loop)
		default: // ^, and +10 for places
			s.at++
		}
	}
	if inside {
		return nil, fmt.Errorf("a loop is not closed")
	}
	return all, nil
}

// loop reads what stands behind {: an id, a colon with how often, and what is in it.
func (s *scanner) loop() (Item, error) {
	head := s.at
	for !s.done() && s.peek() != '[' && s.peek() != '{' && s.peek() != '}' && s.peek() != '+' {
		s.at++
	}
	_, repeats, _ := strings.Cut(s.text[head:s.at], ":")
	inside, err := s.items(true)
	if err != nil {
		return Item{}, err
	}
	s.at++ // }
	if len(inside) == 0 {
		return Item{}, fmt.Errorf("a loop holds nothing")
	}
	first := inside[0]
	return Item{Tag: first.Tag, Usage: first.Usage, Must: first.Must, Max: maxOf(repeats), Inside: inside, IsLoop: true, Repeats: repeats}, nil
}

// itemOf reads TAG*mask@place,M,max with the partner's mark before it.
func itemOf(text string) (Item, error) {
	parts := strings.Split(text, ",")
	item := Item{Max: 1}
	tag := strings.TrimSpace(parts[0])
	if tag != "" && strings.IndexByte(".!$&-", tag[0]) >= 0 {
		item.Usage, tag = Usage(tag[0]), tag[1:]
	}
	tag, _, _ = strings.Cut(tag, "@")
	item.Tag, item.Masked, _ = strings.Cut(tag, "*")
	if len(item.Tag) < 2 || len(item.Tag) > 3 {
		return item, fmt.Errorf("%q names no segment", text)
	}
	if item.Usage == '-' {
		item.Usage = NotUsed
	}
	if len(parts) > 1 {
		item.Must = strings.TrimSpace(parts[1]) == "M"
	}
	item.Must = item.Must || item.Usage == MustUse
	if len(parts) > 2 {
		item.Repeats = strings.TrimSpace(parts[2])
		item.Max = maxOf(item.Repeats)
	}
	return item, nil
}

// maxOf reads how often: a number, >1 for any number of times, once where nothing stands.
func maxOf(text string) int {
	text = strings.TrimSpace(text)
	if text == "" {
		return 1
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return n
}

// usesOf reads the components of a composite: [id,M], {n[id]...} for those that come several times.
func usesOf(body string) ([]Use, error) {
	s := &scanner{text: body}
	return s.uses()
}

var condition = regexp.MustCompile(`[PRECL](?:[0-9]{2}){2,}`)

// segmentOf reads the elements of a segment, behind them conditions after plus signs, and masks after commas.
func segmentOf(body string) (Segment, error) {
	s := &scanner{text: body}
	uses, err := s.uses()
	if err != nil {
		return Segment{}, err
	}
	relations, masks, masked := strings.Cut(s.text[s.at:], ",")
	segment := Segment{Uses: uses, Conditions: condition.FindAllString(relations, -1)}
	if masked {
		segment.Masks = strings.Split(masks, ",")
	}
	return segment, nil
}

func (s *scanner) uses() (all []Use, err error) {
	for !s.done() {
		switch s.peek() {
		case '[':
			s.at++
			text, err := s.until(']')
			if err != nil {
				return nil, err
			}
			all = append(all, useOf(text))
		case '{':
			s.at++
			more, err := s.several()
			if err != nil {
				return nil, err
			}
			all = append(all, more...)
		default: // + begins the conditions, a comma the masks
			return all, nil
		}
	}
	return all, nil
}

// several reads n[id][id]} and gives its elements n times.
func (s *scanner) several() (all []Use, err error) {
	head := s.at
	for !s.done() && s.peek() >= '0' && s.peek() <= '9' {
		s.at++
	}
	times := max(1, min(50, maxOf(s.text[head:s.at])))
	once, err := s.uses()
	if err != nil {
		return nil, err
	}
	if s.done() || s.peek() != '}' {
		return nil, fmt.Errorf("elements that repeat are not closed")
	}
	s.at++
	for range times {
		all = append(all, once...)
	}
	return all, nil
}

func useOf(text string) Use {
	id, rest, _ := strings.Cut(text, ",")
	u := Use{Must: strings.HasPrefix(strings.TrimSpace(rest), "M")}
	if id = strings.TrimSpace(id); id != "" && strings.IndexByte(".!$&-", id[0]) >= 0 {
		u.Usage, id = Usage(id[0]), id[1:]
	}
	if u.Usage == '-' {
		u.Usage = NotUsed
	}
	u.Must = u.Must || u.Usage == MustUse
	u.ID, _, _ = strings.Cut(id, "@")
	return u
}

// elementOf reads kind, shortest, longest.
func elementOf(body string) (Element, error) {
	parts := strings.Split(body, ",")
	e := Element{Kind: strings.TrimSpace(parts[0])}
	for n, into := range []*int{&e.Min, &e.Max} {
		if n+1 >= len(parts) || strings.TrimSpace(parts[n+1]) == "" {
			continue
		}
		value, err := strconv.Atoi(strings.TrimSpace(parts[n+1]))
		if err != nil {
			return e, fmt.Errorf("%q is no length", parts[n+1])
		}
		*into = value
	}
	return e, nil
}

// codesOf reads values with commas between. Those marked as not used are left out; a mark of another kind is taken off.
func codesOf(body string) (all []string) {
	body, _, _ = strings.Cut(body, "+") // further sets of values, for single places
	for value := range strings.SplitSeq(body, ",") {
		value = strings.TrimSpace(value)
		if value == "" || value[0] == '.' || value[0] == '-' {
			continue
		}
		all = append(all, strings.TrimLeft(value, "!$&"))
	}
	return all
}
