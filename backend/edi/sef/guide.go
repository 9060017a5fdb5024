package sef

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"tradepost/backend/edi/definition"
	"tradepost/backend/fault"
)

// Guide is a guide of ours that says what a SEF file says otherwise than the standard.
type Guide struct {
	Text  string   // in the language of guides (docs/edi.md)
	Sets  []string // that it is about
	Rules int
	Notes []string // what of the file is not in it, and why
}

// Convert compares a SEF file with our definitions of its version and writes the difference. A version or sets that are not known
// are an error of code invalid.
func Convert(f *File, book *definition.Book) (*Guide, error) {
	version := f.Version
	if !book.Knows(version) {
		return nil, fault.New(fault.Invalid, fmt.Sprintf("The guide is for version %q, which is not known here.", version), "Known are "+strings.Join(book.Versions(), ", ")+".").InField("version")
	}
	directory, err := book.Directory(version)
	if err != nil {
		return nil, fmt.Errorf("finding definitions: %w", err)
	}
	w := &writing{file: f, directory: directory, guide: &Guide{}, said: map[string]bool{}}
	for _, kind := range f.Order {
		set := directory.Set(kind)
		if set == nil {
			w.notef("%s is not known here: its part of the guide was left out.", kind)
			continue
		}
		w.guide.Sets = append(w.guide.Sets, kind)
		w.body = append(w.body, "", "for "+kind+" "+version)
		before := w.guide.Rules
		w.items(f.Sets[kind], &set.Root, "")
		if w.guide.Rules == before {
			w.body = append(w.body, "# nothing differs")
		}
	}
	if len(w.guide.Sets) == 0 {
		return nil, fault.New(fault.Invalid, "The guide is about no document that is known here: "+strings.Join(f.Order, ", ")+".", "").InField("file")
	}
	w.leftOut()
	w.guide.Text = w.text()
	return w.guide, nil
}

// writing is a guide while it is written.
type writing struct {
	file      *File
	directory *definition.Directory
	guide     *Guide
	body      []string
	said      map[string]bool // rules about elements, which count wherever the segment stands
	unmasked  int             // places whose masks cannot be told apart
}

func (w *writing) notef(format string, args ...any) {
	w.guide.Notes = append(w.guide.Notes, fmt.Sprintf(format, args...))
}

func (w *writing) rulef(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if w.said[text] {
		return
	}
	w.said[text] = true
	w.body = append(w.body, text)
	w.guide.Rules++
}

// text is the guide with a heading that says where it is from.
func (w *writing) text() string {
	title := or(w.file.Title, w.file.Name)
	lines := []string{"# made of a guide in SEF: " + w.file.Name, fmt.Sprintf("guide %q", strings.ReplaceAll(title, `"`, "'"))}
	for _, note := range w.guide.Notes {
		lines = append(lines, "# "+note)
	}
	return strings.Join(append(lines, w.body...), "\n") + "\n"
}

// items compares the segments and loops of a set, or of a loop, with ours. path is that of the loop, "PO1/".
func (w *writing) items(items []Item, loop *definition.Loop, path string) {
	used := map[int]bool{}
	for _, item := range items {
		at := slotOf(loop, item, used)
		if at < 0 {
			if item.Usage != NotUsed {
				w.notef("%s%s has no place of its own here, and was left out.", path, item.Tag)
			}
			continue
		}
		used[at] = true
		w.item(item, loop, at, path)
	}
}

// slotOf finds our slot for an item: the first of its tag that is not taken yet, of the same sort if there is one; -1 for none.
func slotOf(loop *definition.Loop, item Item, used map[int]bool) int {
	other := -1
	for i := range loop.Slots {
		slot := &loop.Slots[i]
		switch {
		case used[i] || slot.Segment.Tag != item.Tag:
		case (slot.Loop != nil) == item.IsLoop:
			return i
		case other < 0:
			other = i
		}
	}
	return other
}

func (w *writing) item(item Item, loop *definition.Loop, at int, path string) {
	slot := &loop.Slots[at]
	alone := count(loop, item.Tag) == 1
	opens := path != "" && at == 0
	if item.Usage == NotUsed {
		switch {
		case slot.Usage == definition.Mandatory || opens:
		case !alone:
			w.notef("%s%s stands in several places; that one of them is not used was left out.", path, item.Tag)
		default:
			w.rulef("%s%s N", path, item.Tag)
		}
		return
	}
	must := item.Must && slot.Usage != definition.Mandatory && !opens
	fewer := item.Max > 0 && item.Max < slot.Max && !opens
	switch {
	case !alone || !must && !fewer:
	case fewer && (must || slot.Usage == definition.Mandatory):
		w.rulef("%s%s M x%d", path, item.Tag, item.Max)
	case must:
		w.rulef("%s%s M", path, item.Tag)
	default:
		w.rulef("%s%s O x%d", path, item.Tag, item.Max)
	}
	if item.IsLoop && slot.Loop != nil {
		w.items(item.Inside, slot.Loop, path+slot.Loop.Name+"/")
		return
	}
	w.elements(slot.Segment)
	w.conditions(slot.Segment)
	w.mask(item, slot.Segment, path, alone)
}

// conditions writes how the elements of a segment relate to each other beside what the standard says.
func (w *writing) conditions(segment *definition.Segment) {
	for _, one := range w.file.Segments[segment.Tag].Conditions {
		if last, _ := strconv.Atoi(one[len(one)-2:]); last <= len(segment.Elements) && !segment.Relates(one) {
			w.rulef("%s | %s", segment.Tag, one)
		}
	}
}

// The characters of a mask, one for each element in turn. The others of the format only recommend.
const (
	maskedOut  = '.'
	maskedMust = '!'
)

// mask writes how a segment's elements are used at one place.
func (w *writing) mask(item Item, segment *definition.Segment, path string, alone bool) {
	if item.Masked == "" {
		return
	}
	masks := w.file.Segments[segment.Tag].Masks
	number, err := strconv.Atoi(item.Masked)
	if err != nil || number < 1 || number > len(masks) || !alone {
		w.unmasked++
		return
	}
	if path == "" {
		path = "/"
	}
	for i, c := range masks[number-1] {
		if i >= len(segment.Elements) || segment.Elements[i].Usage == definition.Mandatory {
			continue
		}
		switch c {
		case maskedOut:
			w.rulef("%s%s%02d N", path, segment.Tag, i+1)
		case maskedMust:
			w.rulef("%s%s%02d M", path, segment.Tag, i+1)
		}
	}
}

// count is how many slots of a loop have a tag.
func count(loop *definition.Loop, tag string) int {
	n := 0
	for i := range loop.Slots {
		if loop.Slots[i].Segment.Tag == tag {
			n++
		}
	}
	return n
}

// elements compares the elements of a segment with ours: usage, lengths that are narrower, values.
func (w *writing) elements(segment *definition.Segment) {
	uses := w.file.Segments[segment.Tag].Uses
	for i := range segment.Elements {
		if i >= len(uses) {
			break
		}
		ours, theirs := &segment.Elements[i], uses[i]
		place := fmt.Sprintf("%s%02d", segment.Tag, i+1)
		if theirs.Usage == NotUsed && ours.Usage != definition.Mandatory {
			w.rulef("%s N", place)
			continue
		}
		if theirs.Must && ours.Usage != definition.Mandatory {
			w.rulef("%s M", place)
		}
		if ours.Element == nil || ours.Element.ID != theirs.ID {
			continue
		}
		if e, stated := w.file.Elements[theirs.ID]; stated && e.Max > 0 && (e.Max < ours.Element.Max || e.Min > ours.Element.Min) && e.Min <= e.Max {
			w.rulef("%s %d..%d", place, max(e.Min, ours.Element.Min), min(e.Max, ours.Element.Max))
		}
		if codes := w.file.Codes[theirs.ID]; len(codes) > 0 && len(codes) <= mostCodes {
			w.rulef("%s codes %s", place, strings.Join(codes, " "))
		}
	}
}

// mostCodes is how many values a list may have that a guide closes: a longer one is the standard's own, which partners hand
// out whole, and of which we know that we lack some.
const mostCodes = 60

// leftOut says what of the file is not in the guide.
func (w *writing) leftOut() {
	if w.unmasked > 0 {
		w.notef("%d places have masks that are not there, or cannot be told from another place of the same segment; they are not read.", w.unmasked)
	}
	for _, section := range slices.Sorted(maps.Keys(w.file.Unread)) {
		if n := w.file.Unread[section]; section != "" && n > 0 && section != "VER" && section != "STD" {
			w.notef("section .%s is not read: %d lines.", section, n)
		}
	}
}
