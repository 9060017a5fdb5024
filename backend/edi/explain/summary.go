package explain

import (
	"slices"
	"strconv"
	"strings"

	"tradepost/backend/edi"
	"tradepost/backend/edi/definition"
)

// found are the values of a document that its title and facts ask for, as they were first met.
type found map[*ref]string

// summarise takes from a segment what the document's title and facts ask for, and writes them anew.
func (e *Explainer) summarise(s *edi.Segment, def *definition.Segment) {
	summary := &e.Explanation.Documents[e.document-1]
	d, known := e.Sentences.documents[summary.Type]
	if !known {
		if summary.Title == "" {
			summary.Title = strings.TrimSpace(summary.Type + " " + summary.Label)
		}
		return
	}
	if string(s.Tag()) == "ST" || string(s.Tag()) == "UNH" || e.found == nil {
		e.found = found{}
	}
	e.found.take(e.Sentences, d.refs(), s, def)
	if tag := string(s.Tag()); tag == "SE" || tag == "UNT" {
		e.found.write(d, summary)
	}
}

// refs are all elements that a document's summary speaks of.
func (d document) refs() []*ref {
	all := refsIn(d.title)
	for _, fact := range d.facts {
		all = append(all, refsIn(fact.parts)...)
	}
	return all
}

func refsIn(parts []part) (all []*ref) {
	for _, p := range parts {
		if p.ref != nil {
			all = append(all, p.ref)
		}
		all = append(all, refsIn(p.group)...)
	}
	return all
}

func (f found) take(said Sentences, refs []*ref, s *edi.Segment, def *definition.Segment) {
	tag := string(s.Tag())
	for _, r := range refs {
		switch {
		case r.tag != tag || r.qualifier != "" && !slices.Contains(strings.Split(r.qualifier, ","), s.Part(1, 1)):
		case r.count:
			count, _ := strconv.Atoi(f[r])
			f[r] = strconv.Itoa(count + 1)
		case f[r] == "":
			f[r] = said.valueOf(s, def, r)
		}
	}
}

func (f found) write(d document, summary *edi.DocumentSummary) {
	value := func(r *ref) string { return f[r] }
	title, _ := say(d.title, value)
	summary.Title = strings.Join(strings.Fields(title), " ")
	for _, fact := range d.facts {
		text, _ := say(fact.parts, value)
		if text = strings.Join(strings.Fields(text), " "); fact.met(f) {
			summary.Facts = append(summary.Facts, edi.Fact{Label: fact.label, Value: strings.Trim(text, " ,;")})
		}
	}
}

// met reports whether anything that a fact speaks of was found.
func (l factLine) met(f found) bool {
	return slices.ContainsFunc(refsIn(l.parts), func(r *ref) bool { return f[r] != "" })
}
