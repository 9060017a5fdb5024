package edifact

import (
	"fmt"
	"strconv"
	"strings"

	"tradepost/backend/edi"
	"tradepost/backend/edi/check"
	"tradepost/backend/edi/definition"
	"tradepost/backend/fault"
)

// NotEDIFACT is the error of a file in which no interchange begins.
func NotEDIFACT(beginning []byte) error {
	message := "This is no EDIFACT: no UNB segment begins in it."
	if len(beginning) > 0 {
		message = fmt.Sprintf("This is no EDIFACT: it begins with %q, and no UNB segment follows.", edi.Quote(beginning))
	}
	return fault.New(fault.Invalid, message, "X12 begins with ISA, EDIFACT with UNA or UNB. Check that this is the file you meant.").InField("file")
}

// una takes the statement of the service characters.
func (r *reading) una(s *Segment) {
	r.closeInterchange(s, "Another interchange begins here.")
	r.advised = true
	if c, bad := r.scanner.delimiters.faulty(); bad {
		p := problem(s, BadServiceChar, edi.Rejects, edi.OfInterchange, fmt.Sprintf("UNA makes %q a service character, which cannot be one.", c))
		p.Found, p.Allowed = edi.Quote(s.Raw[3:]), "six different signs, no letters or digits, as :+.? '"
		r.pending = append(r.pending, p)
	}
}

// unb begins an interchange.
func (r *reading) unb(s *Segment) {
	r.closeInterchange(s, "Another interchange begins here.")
	clear(r.used)
	clear(r.said)
	clear(r.codes)
	r.interchange = interchangeOf(s, r.scanner.delimiters)
	r.interchange.Advised, r.advised = r.advised, false
	r.messages, r.groups, r.loose = 0, 0, 0
	check.Call(r.handler.Interchange, r.interchange)
	for _, p := range r.pending {
		r.report(p)
	}
	r.pending = r.pending[:0]
	r.found(s)
	r.envelope.Elements(&s.Segment, r.service.Segment("UNB"), 0)
	r.syntaxRule(s)
	r.preparedRule(s)
	r.onceRule(s)
}

// found tells how the interchange was found, where that was not by its UNA or the usual characters.
func (r *reading) found(s *Segment) {
	if r.scanner.guessed && !r.interchange.Advised {
		p := problem(s, MissingAdvice, edi.Noted, edi.OfInterchange, "Other service characters than the usual :+.?' are used, and no UNA states them. They were worked out.")
		p.Found, p.Remedy = edi.Quote(r.scanner.delimiters.Advice()[3:]), "Ask the sender for a UNA, or for the usual characters."
		r.report(p)
	}
	if len(r.scanner.skipped) > 0 {
		r.report(edi.Problem{Place: edi.Place{Line: 1}, Kind: StrayText, Level: edi.Hint, Scope: edi.OfFile, Found: edi.Quote(r.scanner.skipped),
			Message: "Text stands before the first interchange; it is left out."})
		r.scanner.skipped = nil
	}
}

// syntaxRule checks the character set and the version of the syntax.
func (r *reading) syntaxRule(s *Segment) {
	x := r.interchange
	if x.Syntax != "" && charsetOf(x.Syntax) == nil {
		p := r.elementProblem(s, 1, 1, BadSyntax, edi.Noted, edi.OfInterchange, fmt.Sprintf("There is no character set %q; all characters are taken.", x.Syntax))
		p.Code, p.Allowed, p.ID = "46", "UNOA to UNOY", "0001"
		r.report(p)
	}
	if x.Version != "" && (len(x.Version) != 1 || x.Version < "1" || x.Version > "4") {
		p := r.elementProblem(s, 1, 2, BadSyntax, edi.Rejects, edi.OfInterchange, fmt.Sprintf("There is no version %q of the syntax.", x.Version))
		p.Allowed, p.ID = "1, 2, 3 or 4", "0002"
		r.report(p)
	}
}

// preparedRule checks when the interchange was written.
func (r *reading) preparedRule(s *Segment) {
	x := r.interchange
	layout := map[int]string{6: "YYMMDD", 8: "CCYYMMDD"}[len(x.Date)]
	if layout != "" && !dated(layout, x.Date) {
		p := r.elementProblem(s, 4, 1, edi.BadDate, edi.Noted, edi.OfInterchange, fmt.Sprintf("UNB was written on %q, which is no date.", x.Date))
		p.Allowed, p.ID = "a date as YYMMDD", "0017"
		r.report(p)
	}
	if len(x.Time) == 4 && !dated("HHmm", x.Time) {
		p := r.elementProblem(s, 4, 2, edi.BadTime, edi.Noted, edi.OfInterchange, fmt.Sprintf("UNB was written at %q, which is no time.", x.Time))
		p.Allowed, p.ID = "a time as HHMM", "0019"
		r.report(p)
	}
}

// onceRule tells of an interchange that was received before.
func (r *reading) onceRule(s *Segment) {
	x := r.interchange
	key := x.Sender.ID + "\x00" + x.Receiver.ID + "\x00" + x.Control
	if r.seen[key] || r.options.Seen != nil && r.options.Seen(x) {
		p := r.elementProblem(s, 5, 0, DuplicateControl, edi.Rejects, edi.OfInterchange, fmt.Sprintf("Interchange %s was received before.", x.Control))
		p.ID = "0020"
		r.report(p)
	}
	r.seen[key] = true
}

// needInterchange tells of a segment that stands outside of interchanges.
func (r *reading) needInterchange(s *Segment) bool {
	if r.interchange != nil {
		return true
	}
	r.report(problem(s, MissingHeader, edi.Rejects, edi.OfFile, fmt.Sprintf("%s stands outside of an interchange: UNB is missing.", s.Tag())))
	return false
}

// ung begins a group.
func (r *reading) ung(s *Segment) {
	if !r.needInterchange(s) {
		return
	}
	r.closeGroup(s, "Another group begins here.")
	r.closeMessage(s, "A group begins here.")
	if r.loose > 0 {
		r.once(problem(s, MixedGroups, edi.Rejects, edi.OfInterchange, "A group stands beside messages that are in none; it has to be either."))
	}
	r.group, r.messages = groupOf(s), 0
	r.groups++
	check.Call(r.handler.Group, r.group)
	r.envelope.Elements(&s.Segment, r.service.Segment("UNG"), 0)
}

// unh begins a message.
func (r *reading) unh(s *Segment) {
	if !r.needInterchange(s) {
		r.interchange = &Interchange{Place: s.PlaceOf(0, 0, 0), Delimiters: r.scanner.delimiters}
		check.Call(r.handler.Interchange, r.interchange)
	}
	r.closeMessage(s, "Another message begins here.")
	if r.group == nil {
		if r.loose++; r.groups > 0 {
			r.once(problem(s, MixedGroups, edi.Rejects, edi.OfInterchange, "A message stands beside groups, and in none of them; it has to be either."))
		}
	}
	r.messages++
	r.message, r.segments, r.totals = messageOf(s, r.interchange), 1, totals{}
	r.choose()
	check.Call(r.handler.Document, r.message)
	if r.message.Set != nil {
		at := r.body.Segment(&s.Segment)
		r.handler.Met(s, at)
	} else {
		r.envelope.Elements(&s.Segment, r.service.Segment("UNH"), 1)
		r.handler.Met(s, check.Match{})
	}
	r.unhRules(s)
}

// unhRules checks what UNH's elements mean.
func (r *reading) unhRules(s *Segment) {
	m := r.message
	if r.used[m.Control] && m.Control != "" {
		p := r.elementProblem(s, 1, 0, DuplicateControl, edi.Rejects, edi.OfSet, fmt.Sprintf("Message reference %s was used before in this interchange.", m.Control))
		p.ID = "0062"
		r.report(p)
	}
	r.used[m.Control] = true
	if r.group != nil && r.group.Type != "" && m.Type != r.group.Type {
		r.report(r.elementProblem(s, 2, 1, MixedTypes, edi.Rejects, edi.OfSet, fmt.Sprintf("%s stands in a group of %s.", m.Type, r.group.Type)))
	}
	r.knownRule(s)
}

// knownRule says how far a message is known.
func (r *reading) knownRule(s *Segment) {
	m := r.message
	switch called := m.Type + " " + m.Version.Words(); {
	case m.Set == nil:
		r.report(r.elementProblem(s, 2, 1, UnknownMessage, edi.Hint, edi.OfSet, called+" is not known here: its envelope was checked, and it is kept as it is."))
	case m.Near:
		r.report(r.elementProblem(s, 2, 3, NearVersion, edi.Hint, edi.OfSet,
			fmt.Sprintf("%s is not known here. It is read as %s; what differs from that is a hint only.", called, m.Set.Version)))
	case m.Version.Version != "D" && m.Type != "CONTRL" && r.options.Version == "":
		p := r.elementProblem(s, 2, 2, edi.BadCode, edi.Noted, edi.OfElement, fmt.Sprintf("The version of the message is %q; directory %s begins with D.", m.Version.Version, m.Version.Release))
		p.Allowed, p.ID = "D", "0052"
		r.report(p)
	}
}

// choose finds the definition that a message is held against.
func (r *reading) choose() {
	m := r.message
	version := "D." + strings.ToUpper(m.Version.Release)
	if r.options.Version != "" {
		version = r.options.Version
	}
	if m.Type == "CONTRL" { // its versions are those of the syntax
		version = r.service.Version
	}
	if m.Near = !r.book.Knows(version); m.Near {
		version = r.nearest(m.Version.Release)
	}
	directory, err := r.directory(version)
	if err != nil {
		r.silent = true
		r.failed = err
		return
	}
	if m.Set = directory.Set(m.Type); m.Set != nil {
		r.body.Begin(directory, m.Set)
	}
	r.silent = m.Set == nil
}

// directory is a version's definitions, with the partner's guide laid over them.
func (r *reading) directory(version string) (*definition.Directory, error) {
	if d := r.guided[version]; d != nil {
		return d, nil
	}
	d, err := r.book.Directory(version)
	if err == nil && r.options.Overlay != nil {
		d, err = r.options.Overlay.Lay(d)
	}
	if err != nil {
		return nil, err
	}
	r.guided[version] = d
	return d, nil
}

// nearest is the known version closest to a release such as 93A or 03B.
func (r *reading) nearest(release string) string {
	versions := r.book.Versions()
	best, distance := versions[0], 1000
	for _, version := range versions {
		if d := yearOf(release) - yearOf(strings.TrimPrefix(version, "D.")); max(d, -d) < distance {
			best, distance = version, max(d, -d)
		}
	}
	return best
}

// yearOf is the year of a release such as 96A; one that cannot be read counts as 1996.
func yearOf(release string) int {
	if len(release) < 2 {
		return 1996
	}
	year, err := strconv.Atoi(release[:2])
	switch {
	case err != nil:
		return 1996
	case year < 80:
		return 2000 + year
	}
	return 1900 + year
}
