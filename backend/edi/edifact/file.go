package edifact

import (
	"io"

	"tradepost/backend/edi"
	"tradepost/backend/edi/check"
	"tradepost/backend/edi/trade"
)

// File reads a file and hands on the documents of each interchange when that is over, with their texts and what is wrong
// with them. An interchange without any is one document of no type. It gives what is wrong with the file as such. Errors are
// those of Check; where yield fails, what follows is not handed on.
func File(source io.Reader, options Options, yield func([]trade.Filed) error) ([]edi.Error, error) {
	f := &filing{reporter: newReporter(), yield: yield,
		recorder: edi.Recorder{Tags: edi.Tags{Interchange: "UNB", Group: "UNG", Set: "UNH", GroupEnd: "UNE", InterchangeEnd: "UNZ"}}}
	before := Handler{Interchange: func(*Interchange) { f.flush() }}
	if err := Check(source, options, before.And(f.reporter.handler()).And(f.documents.handler()).And(f.handler())); err != nil {
		return nil, err
	}
	f.flush()
	return f.reporter.report.Errors, f.failed
}

// filing gathers the documents of an interchange. UNZ follows the end of its interchange.
type filing struct {
	reporter  *reporter
	documents documents
	recorder  edi.Recorder
	places    [][2]int // of the documents in the report: group and set
	ended     *Interchange
	yield     func([]trade.Filed) error
	failed    error
}

func (f *filing) handler() Handler {
	return Handler{
		Interchange: func(x *Interchange) {
			if x.Advised {
				f.recorder.Advice(edi.Line{Number: x.Place.Line, Text: string(x.Delimiters.Advice())})
			}
		},
		Document: func(*Message) {
			groups := f.reporter.interchange.Groups
			f.places = append(f.places, [2]int{len(groups) - 1, len(groups[len(groups)-1].Sets) - 1})
		},
		Segment:        f.segment,
		DocumentEnd:    func(*Message) { f.recorder.SetEnd() },
		InterchangeEnd: func(x *Interchange) { f.ended = x },
	}
}

// segment keeps a segment.
func (f *filing) segment(s *Segment, _ check.Match) {
	tag := string(s.Tag())
	if tag == "UNA" || len(s.Raw) == 0 {
		return
	}
	end := string(s.Terminator)
	if end == "" {
		end = "'"
	}
	f.recorder.Take(tag, edi.Line{Number: s.Line, Text: edi.Text(s.Raw) + end}, s.Offset, int64(len(s.Raw)+len(end)))
	if tag == "UNZ" {
		f.flush()
	}
}

// flush hands on the documents of the interchange that is over.
func (f *filing) flush() {
	x := f.ended
	if x == nil {
		return
	}
	report := f.reporter.settled().Interchanges[0]
	start, end, digest, header := f.recorder.Start, f.recorder.End, f.recorder.Digest(), f.recorder.Header()
	all, places, records := f.documents.all, f.places, f.recorder.Records()
	f.ended, f.documents.all, f.places, f.reporter.report.Interchanges = nil, nil, nil, nil
	if len(all) == 0 {
		all, records = []trade.Document{{Interchange: x.Control, Sender: x.Sender.ID, Receiver: x.Receiver.ID, Test: x.Test}}, []*edi.Record{header}
	}
	filed := make([]trade.Filed, len(all))
	for i := range all {
		filed[i] = trade.Filed{Document: all[i], Syntax: edi.EDIFACT, SenderKind: x.Sender.Qualifier, ReceiverKind: x.Receiver.Qualifier, Errors: report.Errors, Start: start, End: end,
			Digest: digest}
		if i < len(records) {
			filed[i].Lines = records[i].Lines
		}
		filed[i].Accepted = !report.Rejects()
		if i < len(places) {
			group := report.Groups[places[i][0]]
			filed[i].Errors = edi.Around(report.Errors, group.Errors, group.Sets[places[i][1]].Errors)
			filed[i].Accepted = group.Sets[places[i][1]].Accepted
		}
	}
	if f.failed == nil {
		f.failed = f.yield(filed)
	}
}
