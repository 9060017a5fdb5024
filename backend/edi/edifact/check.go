package edifact

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"tradepost/backend/edi"
	"tradepost/backend/edi/check"
	"tradepost/backend/edi/definition"
	"tradepost/backend/fault"
)

// Options say how a file is to be read.
type Options struct {
	Version string              // hold messages against this directory (D.96A), whatever they state
	Overlay *definition.Overlay // a partner's guide, or nil
	// Seen tells whether an interchange was received before; nil knows only those of the same file.
	Seen func(*Interchange) bool
}

// reading is one pass over a file.
type reading struct {
	scanner  *Scanner
	handler  Handler
	options  Options
	book     *definition.Book
	service  *definition.Directory // for service segments, which are the same in all of them
	envelope check.Checker         // checks service segments
	body     check.Checker         // checks messages

	pending     []edi.Problem // of a UNA, until its interchange begins
	advised     bool
	interchange *Interchange
	group       *Group
	message     *Message
	messages    int // of the interchange or group
	groups      int
	loose       int // messages outside of groups
	segments    int
	used        map[string]bool // references of this interchange's messages
	seen        map[string]bool // references of interchanges
	said        map[edi.Kind]bool
	codes       map[string]bool // codes of this interchange that are not known
	totals      totals
	guided      map[string]*definition.Directory // directories with the guide laid over them
	silent      bool                             // the definition is not held against the message
	failed      error                            // a guide that cannot be laid over a directory
	outside     bool                             // it was said that segments stand outside of messages
}

// Check reads a file, checks it and tells handler. The error is a *fault.Error of code Invalid where the file is no
// EDIFACT or cannot be read on, else what the source failed with. Faults of the content are problems and no errors.
func Check(source io.Reader, options Options, handler Handler) error {
	r, err := newReading(source, options, handler)
	if err != nil {
		return err
	}
	for {
		s, err := r.scanner.Next()
		if errors.Is(err, io.EOF) {
			r.endAll("The file ends here.")
			return r.verdict()
		}
		if err != nil {
			return r.unreadable(err)
		}
		if r.segment(s); r.failed != nil {
			return r.failed
		}
	}
}

// unreadable ends a file that cannot be cut any further. What was read before stays.
func (r *reading) unreadable(err error) error {
	if coded := fault.Of(err); coded.Code == fault.Invalid && len(r.seen) > 0 {
		r.report(edi.Problem{Place: edi.Place{Offset: r.scanner.Offset(), Line: r.scanner.line}, Kind: SegmentTooLong, Scope: edi.OfFile,
			Message: coded.Message, Remedy: coded.Remedy})
		err = nil
	}
	r.endAll("The file cannot be read on.")
	return err
}

func newReading(source io.Reader, options Options, handler Handler) (*reading, error) {
	book, err := Book()
	if err != nil {
		return nil, err
	}
	versions := book.Versions()
	if options.Version != "" && !book.Knows(options.Version) {
		return nil, fault.New(fault.Invalid, fmt.Sprintf("There are no definitions of version %q.", options.Version),
			"Known are "+strings.Join(versions, ", ")+".").InField("version")
	}
	service, err := book.Directory(versions[len(versions)-1])
	if err != nil {
		return nil, fmt.Errorf("reading service segments: %w", err)
	}
	r := &reading{scanner: NewScanner(source), handler: handler, options: options, book: book, service: service,
		guided: map[string]*definition.Directory{}, seen: map[string]bool{}, used: map[string]bool{}, codes: map[string]bool{}, said: map[edi.Kind]bool{}}
	r.envelope = check.Checker{Report: r.report, Name: name}
	r.body = check.Checker{Report: r.reportBody, Name: name}
	return r, nil
}

// name calls an element as EDIFACT people do: by its place in the segment and its number in the directory.
func name(p edi.Place, id string) string {
	at := strconv.Itoa(p.Element)
	if p.Component > 0 {
		at += "." + strconv.Itoa(p.Component)
	}
	if id == "" {
		return p.Segment + " element " + at
	}
	return p.Segment + " element " + at + ", " + id
}

// report gives a problem its code and tells of it.
func (r *reading) report(p edi.Problem) {
	if p.Code == "" {
		p.Code = codes[p.Kind]
	}
	refine(&p)
	if r.options.Overlay != nil {
		r.options.Overlay.Soften(&p)
	}
	check.Call(r.handler.Problem, p)
}

// reportBody is report for what a definition finds: of a version that is not known it is kept quiet.
func (r *reading) reportBody(p edi.Problem) {
	if r.silent {
		return
	}
	if r.message != nil && r.message.Near {
		if p.Kind == edi.UnknownCode {
			return
		}
		p.Level, p.Remedy = edi.Hint, fmt.Sprintf("Held against %s, as %s is not known here; there it may be right.", r.message.Set.Version, r.message.Version.Words())
	}
	if p.Kind == edi.UnknownCode { // the same code is said once
		key := p.ID + "=" + p.Found
		if r.codes[key] || len(r.codes) > 1000 {
			return
		}
		r.codes[key] = true
	}
	r.report(p)
}

// once is report for what is said once in an interchange.
func (r *reading) once(p edi.Problem) {
	if !r.said[p.Kind] {
		r.said[p.Kind] = true
		r.report(p)
	}
}

// refine says more exactly what is wrong with a number.
func refine(p *edi.Problem) {
	if p.Kind != edi.BadCharacter || p.Found == "" {
		return
	}
	if !strings.HasPrefix(p.Allowed, "a number") {
		p.Code = codes[BadCharset]
		return
	}
	if strings.Trim(p.Found, "0123456789.,-") == "" {
		p.Kind, p.Code = BadDecimal, codes[BadDecimal]
	}
}

// segment takes the next segment, whatever it is.
func (r *reading) segment(s *Segment) {
	tag := s.Tag()
	if len(tag) == 3 && tag[0] == 'U' && tag[1] == 'N' && tag[2] != 'S' {
		if header := strings.IndexByte("ABGH", tag[2]) >= 0; !header {
			r.oddities(s, 1)
		}
		if r.serviceSegment(s, tag[2]) {
			if header := strings.IndexByte("BGH", tag[2]) >= 0; header {
				r.oddities(s, 0)
			}
			return
		}
	} else {
		r.oddities(s, 1)
	}
	switch {
	case len(s.Raw) == 0:
		r.once(problem(s, edi.EmptySegment, edi.Hint, edi.OfInterchange, "Two terminators stand one after the other; the empty segment is left out."))
	case r.message != nil:
		r.content(s)
	case r.interchange == nil:
		r.once(problem(s, MissingHeader, edi.Rejects, edi.OfFile, fmt.Sprintf("%s stands outside of an interchange: no UNB comes before it.", edi.Quote(s.Tag()))))
	case !r.outside:
		r.outside = true // those that follow go with it
		p := problem(s, OutsideMessage, edi.Rejects, edi.OfInterchange, fmt.Sprintf("%s stands outside of a message: no UNH comes before it.", edi.Quote(s.Tag())))
		r.report(p)
	}
	if r.message == nil {
		r.alone(s)
	}
}

// alone hands on a segment that stands in no message.
func (r *reading) alone(s *Segment) { r.handler.Met(s, check.Match{}) }

// serviceSegment takes the segments of the envelope; false for UNS, which is a message's.
func (r *reading) serviceSegment(s *Segment, which byte) bool {
	r.outside = false
	switch which {
	case 'A':
		r.una(s)
	case 'B':
		r.unb(s)
	case 'G':
		r.ung(s)
	case 'H':
		r.unh(s)
		return true
	case 'T':
		r.unt(s)
		return true
	case 'E':
		r.une(s)
	case 'Z':
		r.unz(s)
	default:
		return false
	}
	r.alone(s)
	return true
}

// content takes a segment of a message.
func (r *reading) content(s *Segment) {
	r.segments++
	at := check.Match{}
	if r.message.Set != nil {
		at = r.body.Segment(&s.Segment)
	}
	if !r.silent {
		r.rules(s)
	}
	r.handler.Met(s, at)
}

// problem makes a problem of a whole segment.
func problem(s *Segment, kind edi.Kind, level edi.Level, scope edi.Scope, message string) edi.Problem {
	return edi.Problem{Place: s.PlaceOf(0, 0, 0), Kind: kind, Level: level, Scope: scope, Found: edi.Quote(s.Tag()), Message: message}
}

// elementProblem makes a problem of an element or, where component is not 0, of a component.
func (r *reading) elementProblem(s *Segment, element, component int, kind edi.Kind, level edi.Level, scope edi.Scope, message string) edi.Problem {
	p := edi.Problem{Place: s.PlaceOf(element, component, 0), Kind: kind, Level: level, Scope: scope, Message: message,
		Found: edi.Quote([]byte(s.text(element, max(component, 1))))}
	if r.message != nil {
		p.Position = r.segments
	}
	return p
}

// oddities tells of what is odd about the writing of a segment, which is so many segments further than what was counted.
func (r *reading) oddities(s *Segment, further int) {
	if len(s.Breaks) > 0 && !s.Unterminated {
		r.wrapped(s, further)
	}
	if s.Unterminated {
		r.unterminated(s)
	}
	if len(s.odds) > 0 && r.scanner.set != nil {
		r.oddCharacters(s, further)
	}
}

// wrapped tells of line breaks inside of a segment; where another seems to begin behind one, a terminator is missing.
func (r *reading) wrapped(s *Segment, further int) {
	p := problem(s, WrappedLines, edi.Hint, edi.OfInterchange, "Lines are broken inside of segments; the breaks are left out.")
	if r.message != nil {
		p.Position = r.segments + further
	}
	for i := 0; i < len(s.Breaks); i += 2 {
		rest := s.Data[s.Breaks[i]:]
		if len(rest) > 4 && rest[3] == r.scanner.delimiters.Element && r.service.Segment(string(rest[:3])) != nil {
			p.Kind, p.Level, p.Scope, p.Found = MissingTerminator, edi.Noted, edi.OfSegment, edi.Quote(rest[:min(len(rest), 12)])
			p.Message = fmt.Sprintf("%s seems to end at the line's end, where %s begins, and its terminator %q is missing.", s.Tag(), rest[:3], r.scanner.delimiters.Terminator)
			r.report(p)
			return
		}
	}
	r.once(p)
}

func (r *reading) unterminated(s *Segment) {
	terminator := r.scanner.delimiters.Terminator
	if terminator == '\n' { // a last line need not end
		return
	}
	p := problem(s, Truncated, edi.Rejects, edi.OfInterchange, fmt.Sprintf("The file ends within this segment: %q is missing.", terminator))
	if s.is("UNZ") && len(s.Marks) > 2 {
		p.Level, p.Message = edi.Hint, fmt.Sprintf("The file ends without the terminator %q.", terminator)
	}
	r.report(p)
}

// oddCharacters tells of characters that the announced set has not. They are read all the same.
func (r *reading) oddCharacters(s *Segment, further int) {
	set := r.scanner.set
	at, many := set.faulty(s.Raw, s.odds)
	if at < 0 {
		return
	}
	element, component := s.where(at)
	p := r.elementProblem(s, element, component, BadCharset, edi.Noted, edi.OfElement, "")
	if r.message != nil {
		p.Position += further
	} else {
		p.Scope = edi.OfInterchange
	}
	p.Allowed = set.id + ": " + set.words
	p.Message = fmt.Sprintf("%s holds a character that %s (%s) does not have.", name(p.Place, ""), set.id, set.words)
	if many > 1 {
		p.Message = fmt.Sprintf("%s holds characters that %s (%s) does not have. What else has such is not listed.", name(p.Place, ""), set.id, set.words)
	}
	p.Remedy = "They were read all the same. Ask the sender to announce the set that is used, as UNOC or UNOY."
	r.once(p)
}

// endAll closes what is open where a file ends.
func (r *reading) endAll(why string) {
	r.closeInterchange(nil, why)
}

// verdict is an error when the file had no interchange at all.
func (r *reading) verdict() error {
	if len(r.seen) == 0 && r.interchange == nil {
		return NotEDIFACT(r.scanner.skipped)
	}
	return nil
}
