// Package desk is what heads ask about EDI: it tells the syntaxes apart and hands a file to the one it is written in.
package desk

import (
	"bufio"
	"bytes"
	"io"
	"strings"
	"time"
	"unicode"

	"tradepost/backend/edi"
	"tradepost/backend/edi/definition"
	"tradepost/backend/edi/edifact"
	"tradepost/backend/edi/trade"
	"tradepost/backend/edi/x12"
)

// Options say how a file is read.
type Options struct {
	Version string // by which documents are checked, whatever they say
	Overlay string // text of a partner's guide; "" for none
	Guide   string // what to call the guide in errors
}

// Answering says how acknowledgements are written.
type Answering struct {
	Now     time.Time
	Control int // control number of the first interchange written
	Lines   bool
	Seen    bool // the number of what is answered was used before: it is rejected
}

// language is a syntax as the desk uses it.
type language struct {
	lint        func(io.Reader, string, *definition.Overlay) (*edi.Report, error)
	explain     func(io.Reader, string, *definition.Overlay) (*edi.Explanation, error)
	read        func(io.Reader, string, *definition.Overlay) ([]trade.Document, error)
	acknowledge func(io.Reader, io.Writer, string, *definition.Overlay, Answering) (*edi.Report, int, error)
	file        func(io.Reader, string, *definition.Overlay, func([]trade.Filed) error) ([]edi.Error, error)
}

// languages are the syntaxes there are. What is none of the others is taken for X12, which says so if it is not.
var languages = map[edi.Syntax]language{
	edi.X12: speaks(func(version string, o *definition.Overlay) x12.Options {
		return x12.Options{Version: version, Overlay: o}
	},
		x12.Lint, x12.Explain, x12.Read, answerX12, x12.File),
	edi.EDIFACT: speaks(func(version string, o *definition.Overlay) edifact.Options {
		return edifact.Options{Version: version, Overlay: o}
	},
		edifact.Lint, edifact.Explain, edifact.Read, answerEDIFACT, edifact.File),
}

// speaks makes a language of a syntax's own functions and options.
func speaks[O any](options func(string, *definition.Overlay) O, lint func(io.Reader, O) (*edi.Report, error), explain func(io.Reader, O) (*edi.Explanation, error),
	read func(io.Reader, O) ([]trade.Document, error), answer func(io.Reader, io.Writer, O, Answering) (*edi.Report, int, error),
	file func(io.Reader, O, func([]trade.Filed) error) ([]edi.Error, error)) language {
	return language{
		lint: func(r io.Reader, version string, o *definition.Overlay) (*edi.Report, error) {
			return lint(r, options(version, o))
		},
		explain: func(r io.Reader, version string, o *definition.Overlay) (*edi.Explanation, error) {
			return explain(r, options(version, o))
		},
		read: func(r io.Reader, version string, o *definition.Overlay) ([]trade.Document, error) {
			return read(r, options(version, o))
		},
		acknowledge: func(r io.Reader, w io.Writer, version string, o *definition.Overlay, how Answering) (*edi.Report, int, error) {
			return answer(r, w, options(version, o), how)
		},
		file: func(r io.Reader, version string, o *definition.Overlay, yield func([]trade.Filed) error) ([]edi.Error, error) {
			return file(r, options(version, o), yield)
		},
	}
}

func answerX12(r io.Reader, w io.Writer, options x12.Options, how Answering) (*edi.Report, int, error) {
	if how.Seen {
		options.Seen = func(*x12.Interchange) bool { return true }
	}
	answer, err := x12.Acknowledge(r, w, options, x12.AckOptions{Now: how.Now, Control: how.Control, Suffix: how.suffix()})
	return answer.Report, answer.Written, err
}

func answerEDIFACT(r io.Reader, w io.Writer, options edifact.Options, how Answering) (*edi.Report, int, error) {
	if how.Seen {
		options.Seen = func(*edifact.Interchange) bool { return true }
	}
	answer, err := edifact.Acknowledge(r, w, options, edifact.AckOptions{Now: how.Now, Control: how.Control, Break: how.suffix()})
	return answer.Report, answer.Written, err
}

// suffix stands behind every segment.
func (a Answering) suffix() string {
	if a.Lines {
		return "\n"
	}
	return ""
}

// begun is how much of a file is looked at to tell its syntax.
const begun = 1024

// open tells the syntax of a file and reads the guide.
func open(source io.Reader, options Options) (io.Reader, language, *definition.Overlay, error) {
	buffered := bufio.NewReaderSize(source, begun)
	head, _ := buffered.Peek(begun) // an error comes again when the file is read
	spoken, known := languages[syntaxOf(head)]
	if !known {
		spoken = languages[edi.X12]
	}
	if options.Overlay == "" {
		return buffered, spoken, nil, nil
	}
	guide, err := definition.ReadOverlay(options.Guide, options.Overlay)
	return buffered, spoken, guide, err
}

// syntaxOf tells by how a file begins in what syntax it is.
func syntaxOf(head []byte) edi.Syntax {
	if !bytes.HasPrefix(bytes.TrimLeft(head, " \t\r\n\xef\xbb\xbf"), []byte("ISA")) && edifact.Is(head) {
		return edi.EDIFACT
	}
	return edi.X12
}

// Lint reports what a file holds and what is wrong with it. A text that is no EDI is an error of code invalid in the
// field "file"; a version or guide that is not understood one in "version" or "overlay".
func Lint(source io.Reader, options Options) (*edi.Report, error) {
	r, spoken, guide, err := open(source, options)
	if err != nil {
		return nil, err
	}
	return spoken.lint(r, options.Version, guide)
}

// Explain puts a file into words. Errors are those of Lint.
func Explain(source io.Reader, options Options) (*edi.Explanation, error) {
	r, spoken, guide, err := open(source, options)
	if err != nil {
		return nil, err
	}
	return spoken.explain(r, options.Version, guide)
}

// Read gives the documents of a file as merchants think of them. Errors are those of Lint.
func Read(source io.Reader, options Options) ([]trade.Document, error) {
	r, spoken, guide, err := open(source, options)
	if err != nil {
		return nil, err
	}
	return spoken.read(r, options.Version, guide)
}

// Acknowledge writes what answers a file and says how many interchanges that were: none where there is nothing to
// acknowledge. Errors are those of Lint and of writing.
func Acknowledge(source io.Reader, to io.Writer, options Options, how Answering) (*edi.Report, int, error) {
	r, spoken, guide, err := open(source, options)
	if err != nil {
		return nil, 0, err
	}
	return spoken.acknowledge(r, to, options.Version, guide, how)
}

// Is reports whether a file that begins like head is EDI: so surely that no table is taken for it.
func Is(head []byte) bool {
	text := bytes.TrimLeft(head, " \t\r\n\xef\xbb\xbf")
	if len(text) < 9 || strings.IndexByte(",;\t", text[3]) >= 0 || unicode.IsLetter(rune(text[3])) || unicode.IsDigit(rune(text[3])) {
		return false
	}
	switch string(text[:3]) {
	case "ISA":
		return bytes.Count(text[:min(len(text), 140)], text[3:4]) >= 15
	case "UNA", "UNB":
		return edifact.Is(text)
	}
	return false
}

// SyntaxOfFile tells by how a file begins in what syntax it is.
func SyntaxOfFile(head []byte) edi.Syntax { return syntaxOf(head) }

// Documents hands on the documents of each interchange of a file when that is over. It gives what is wrong with the file as
// such. Errors are those of Lint; where yield fails, what follows is not handed on.
func Documents(source io.Reader, options Options, yield func([]trade.Filed) error) ([]edi.Error, error) {
	r, spoken, guide, err := open(source, options)
	if err != nil {
		return nil, err
	}
	return spoken.file(r, options.Version, guide, yield)
}
