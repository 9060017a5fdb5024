package edifact

import (
	"fmt"
	"strconv"
	"strings"

	"tradepost/backend/edi"
	"tradepost/backend/edi/check"
)

// unt ends a message.
func (r *reading) unt(s *Segment) {
	if r.message == nil {
		if r.needInterchange(s) {
			r.report(problem(s, MissingHeader, edi.Rejects, edi.OfInterchange, "UNT ends a message that did not begin: UNH is missing."))
		}
		r.alone(s)
		return
	}
	r.segments++
	at := check.Match{}
	if r.message.Set != nil {
		at = r.body.Segment(&s.Segment)
	} else {
		r.envelope.Elements(&s.Segment, r.service.Segment("UNT"), r.segments)
	}
	if !r.silent {
		r.sumRule()
	}
	r.handler.Met(s, at)
	r.counted(s, "0074", r.segments, edi.OfSet, "segments", "the message")
	r.referred(s, 2, "0062", r.message.Control, edi.OfSet, "the message")
	r.endMessage(s)
}

// endMessage ends a message after its last segment was seen.
func (r *reading) endMessage(s *Segment) {
	if r.message.Set != nil {
		r.body.End(&s.Segment)
	}
	r.message.Segments = r.segments
	check.Call(r.handler.DocumentEnd, r.message)
	r.message = nil
}

// une ends a group.
func (r *reading) une(s *Segment) {
	if !r.needInterchange(s) {
		return
	}
	r.closeMessage(s, "The group ends here.")
	if r.group == nil {
		r.report(problem(s, MissingHeader, edi.Rejects, edi.OfInterchange, "UNE ends a group that did not begin: UNG is missing."))
		return
	}
	r.envelope.Elements(&s.Segment, r.service.Segment("UNE"), 0)
	r.counted(s, "0060", r.messages, edi.OfGroup, "messages", "the group")
	r.referred(s, 2, "0048", r.group.Control, edi.OfGroup, "the group")
	r.endGroup(s)
}

func (r *reading) endGroup(s *Segment) {
	if r.messages == 0 && s != nil {
		r.report(problem(s, NothingInside, edi.Rejects, edi.OfGroup, "The group has no message in it."))
	}
	check.Call(r.handler.GroupEnd, r.group)
	r.group, r.messages = nil, 0
}

// unz ends an interchange.
func (r *reading) unz(s *Segment) {
	if !r.needInterchange(s) {
		return
	}
	r.closeMessage(s, "The interchange ends here.")
	r.closeGroup(s, "The interchange ends here.")
	r.envelope.Elements(&s.Segment, r.service.Segment("UNZ"), 0)
	if r.groups > 0 {
		r.counted(s, "0036", r.groups, edi.OfInterchange, "groups", "the interchange")
	} else {
		r.counted(s, "0036", r.loose, edi.OfInterchange, "messages", "the interchange")
	}
	r.referred(s, 2, "0020", r.interchange.Control, edi.OfInterchange, "the interchange")
	if r.loose == 0 && r.groups == 0 {
		r.report(problem(s, NothingInside, edi.Rejects, edi.OfInterchange, "The interchange has no message in it."))
	}
	check.Call(r.handler.InterchangeEnd, r.interchange)
	r.interchange = nil
}

// counted compares a trailer's count with what was counted.
func (r *reading) counted(s *Segment, id string, counted int, scope edi.Scope, of, in string) {
	stated := s.text(1, 1)
	if n, err := strconv.Atoi(stated); stated == "" || err == nil && n == counted {
		return
	}
	p := r.elementProblem(s, 1, 0, CountMismatch, edi.Rejects, scope, fmt.Sprintf("%s counts %q %s; %s has %d.", s.Tag(), stated, of, in, counted))
	p.Allowed, p.ID = strconv.Itoa(counted), id
	p.Remedy = "Something was lost or added on the way, or the sender counts wrongly: ask for it again."
	r.report(p)
}

// referred compares a trailer's reference with its header's.
func (r *reading) referred(s *Segment, element int, id, control string, scope edi.Scope, of string) {
	stated := s.text(element, 1)
	if stated == "" || stated == control {
		return
	}
	p := r.elementProblem(s, element, 0, ControlMismatch, edi.Rejects, scope, fmt.Sprintf("%s ends %s; %s began as %s.", s.Tag(), stated, of, control))
	p.Allowed, p.ID = control, id
	if strings.TrimLeft(stated, "0") == strings.TrimLeft(control, "0") { // the same number, filled up otherwise
		p.Level = edi.Noted
	}
	r.report(p)
}

// closeMessage ends a message whose UNT is missing, before s; s is nil at the end of the file.
func (r *reading) closeMessage(s *Segment, why string) {
	if r.message == nil {
		return
	}
	r.report(r.missingTrailer(s, "UNT", edi.OfSet, why))
	r.silent = true // what else is missing follows from that
	at := s
	if at == nil {
		at = &Segment{}
	}
	r.endMessage(at)
}

func (r *reading) closeGroup(s *Segment, why string) {
	if r.group == nil {
		return
	}
	r.closeMessage(s, why)
	r.report(r.missingTrailer(s, "UNE", edi.OfGroup, why))
	r.endGroup(s)
}

func (r *reading) closeInterchange(s *Segment, why string) {
	if r.interchange == nil {
		return
	}
	r.closeMessage(s, why)
	r.closeGroup(s, why)
	r.report(r.missingTrailer(s, "UNZ", edi.OfInterchange, why))
	check.Call(r.handler.InterchangeEnd, r.interchange)
	r.interchange = nil
}

func (r *reading) missingTrailer(s *Segment, tag string, scope edi.Scope, why string) edi.Problem {
	p := edi.Problem{Kind: MissingTrailer, Scope: scope, Place: edi.Place{Offset: r.scanner.Offset(), Line: r.scanner.line, Segment: tag}}
	if s != nil {
		p.Place = s.PlaceOf(0, 0, 0)
		p.Segment, p.Found = tag, edi.Quote(s.Tag())
	}
	if r.message != nil {
		p.Position = r.segments + 1
	}
	p.Message = fmt.Sprintf("%s is missing. %s", tag, why)
	p.Remedy = "The file may have been cut off on the way: ask for it again."
	return p
}
