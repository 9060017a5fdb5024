package cli

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"tradepost/backend/edi"
	"tradepost/backend/edi/desk"
	"tradepost/backend/edi/edifact"
	"tradepost/backend/edi/speed"
	"tradepost/backend/edi/trade"
	"tradepost/backend/edi/x12"
	"tradepost/backend/fault"
)

// ediCommand is EDI. The commands about files only work out what they say, so they need no workspace and no API (ADR 0022); those
// about documents that were exchanged ask the API.
func (s *shell) ediCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "edi", Short: "EDI (X12, EDIFACT): check, explain and acknowledge files; exchange documents with partners", Args: cobra.NoArgs, RunE: group,
		Long: "Check, explain, read and acknowledge EDI files.\nExit codes: 0 accepted, 3 accepted in part, 1 rejected, 2 usage or no EDI."}
	cmd.AddCommand(s.ediLint(), s.ediExplain(), s.ediRead(), s.ediAck(), s.ediMake(), s.ediDocuments(), s.ediPartners(), s.ediOutbox(), s.ediKeep(), s.ediGuide(), s.ediBench())
	return cmd
}

// ediFlags are what all commands about a file may be told.
type ediFlags struct{ version, overlay string }

func (f *ediFlags) declare(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.version, "version", "", "check by this version (005010), whatever the file says")
	cmd.Flags().StringVar(&f.overlay, "overlay", "", "a partner's guide to lay over the standard")
}

// options reads the guide.
func (f *ediFlags) options() (desk.Options, error) {
	options := desk.Options{Version: f.version, Guide: filepath.Base(f.overlay)}
	if f.overlay == "" {
		return options, nil
	}
	text, err := os.ReadFile(f.overlay)
	if err != nil {
		return options, fault.Wrap(err, fault.Invalid, "The guide "+f.overlay+" cannot be read.", "Check its path.").InField("overlay")
	}
	options.Overlay = string(text)
	return options, nil
}

// onFile opens a file, or standard input for "-", and hands it on with the options.
func (f *ediFlags) onFile(cmd *cobra.Command, path string, do func(io.Reader, desk.Options) error) error {
	options, err := f.options()
	if err != nil {
		return err
	}
	if path == "-" {
		return do(cmd.InOrStdin(), options)
	}
	file, err := os.Open(path)
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "The file "+path+" cannot be opened.", "Check its path.").InField("file")
	}
	defer func() { _ = file.Close() }()
	return do(file, options)
}

// exitBy sets the exit code by how much of a file can be used.
func (s *shell) exitBy(report *edi.Report) {
	s.exit = map[edi.Outcome]int{edi.Accepted: exitDone, edi.InPart: exitQuarantined, edi.Rejected: exitFailed}[report.Outcome()]
}

func (s *shell) ediLint() *cobra.Command {
	var f ediFlags
	cmd := &cobra.Command{Use: "lint FILE", Short: "Say what is wrong with a file, and where", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return f.onFile(cmd, args[0], func(r io.Reader, options desk.Options) error {
				report, err := desk.Lint(r, options)
				if err != nil {
					return err
				}
				s.exitBy(report)
				return s.print(report, func(out io.Writer) { printReport(out, report) })
			})
		}}
	f.declare(cmd)
	return cmd
}

func printReport(out io.Writer, report *edi.Report) {
	printErrors(out, "", report.Errors)
	for _, x := range report.Interchanges {
		_, _ = fmt.Fprintf(out, "Interchange %s from %s to %s%s\n", x.Control, x.Sender, x.Receiver, map[bool]string{true: ", a test"}[x.Test])
		printErrors(out, "  ", x.Errors)
		for _, g := range x.Groups {
			_, _ = fmt.Fprintf(out, "  Group %s %s %s\n", g.Code, g.Control, g.Version)
			printErrors(out, "    ", g.Errors)
			for _, set := range g.Sets {
				_, _ = fmt.Fprintf(out, "    %s %s: %s\n", set.Type, set.Control, map[bool]string{true: "accepted", false: "rejected"}[set.Accepted])
				printErrors(out, "      ", set.Errors)
			}
		}
	}
	_, _ = fmt.Fprintln(out, [...]string{"Accepted.", "Accepted in part.", "Rejected."}[report.Outcome()])
}

func printErrors(out io.Writer, indent string, errors []edi.Error) {
	for _, e := range errors {
		where := fmt.Sprintf("line %d", e.Line)
		if e.Position != nil {
			where += fmt.Sprintf(", segment %d", *e.Position)
		}
		code := ""
		if e.Code != "" {
			code = " [" + e.Code + "]"
		}
		_, _ = fmt.Fprintf(out, "%s%s, %s: %s%s\n", indent, e.Level, where, e.Message, code)
		if e.Allowed != "" && e.Level != edi.Hint.Word() {
			_, _ = fmt.Fprintf(out, "%s  allowed: %s\n", indent, e.Allowed)
		}
	}
}

func (s *shell) ediExplain() *cobra.Command {
	var f ediFlags
	cmd := &cobra.Command{Use: "explain FILE", Short: "Put a file into plain words", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return f.onFile(cmd, args[0], func(r io.Reader, options desk.Options) error {
				explanation, err := desk.Explain(r, options)
				if err != nil {
					return err
				}
				s.exitBy(explanation.Report)
				return s.print(explanation, func(out io.Writer) { printExplanation(out, explanation) })
			})
		}}
	f.declare(cmd)
	return cmd
}

func printExplanation(out io.Writer, explanation *edi.Explanation) {
	for _, d := range explanation.Documents {
		_, _ = fmt.Fprintln(out, d.Title)
		for _, fact := range d.Facts {
			_, _ = fmt.Fprintf(out, "  %s: %s\n", fact.Label, fact.Value)
		}
		_, _ = fmt.Fprintln(out)
	}
	for _, segment := range explanation.Segments {
		_, _ = fmt.Fprintf(out, "%5d  %s%-4s %s\n", segment.Line, strings.Repeat("  ", segment.Depth), segment.Tag, segment.Words)
		for _, e := range segment.Errors {
			_, _ = fmt.Fprintf(out, "       %s! %s\n", strings.Repeat("  ", segment.Depth), e.Message)
		}
	}
	if explanation.More > 0 {
		_, _ = fmt.Fprintf(out, "... and %d segments more\n", explanation.More)
	}
}

func (s *shell) ediRead() *cobra.Command {
	var f ediFlags
	cmd := &cobra.Command{Use: "read FILE", Short: "Read the documents of a file: orders with parties, lines, dates and terms", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return f.onFile(cmd, args[0], func(r io.Reader, options desk.Options) error {
				documents, err := desk.Read(r, options)
				if err != nil {
					return err
				}
				s.exit = exitOfDocuments(documents)
				return s.print(map[string]any{"documents": documents}, func(out io.Writer) {
					for i := range documents {
						printDocument(out, &documents[i])
					}
				})
			})
		}}
	f.declare(cmd)
	return cmd
}

// exitOfDocuments is the exit code by how many documents can be used.
func exitOfDocuments(documents []trade.Document) int {
	accepted := 0
	for i := range documents {
		if documents[i].Accepted {
			accepted++
		}
	}
	switch accepted {
	case len(documents):
		return exitDone
	case 0:
		return exitFailed
	}
	return exitQuarantined
}

func printDocument(out io.Writer, d *trade.Document) {
	_, _ = fmt.Fprintf(out, "%s %s from %s to %s\n", d.Type, d.Control, d.Sender, d.Receiver)
	switch {
	case d.Order != nil:
		printHead(out, "order", d.Order.Number, d.Order.Date, d.Order.Parties)
		printLines(out, d.Order.Lines)
	case d.Response != nil:
		printHead(out, "answer", d.Response.Number, d.Response.Date, d.Response.Parties)
		for i := range d.Response.Lines {
			printLines(out, []trade.Line{d.Response.Lines[i].Line})
			_, _ = fmt.Fprintf(out, "    %s\n", d.Response.Lines[i].Answer)
		}
	case d.Shipment != nil:
		printHead(out, "shipment", d.Shipment.Number, d.Shipment.Date, d.Shipment.Parties)
		for i := range d.Shipment.Packages {
			box := &d.Shipment.Packages[i]
			_, _ = fmt.Fprintf(out, "  package %s %s\n", box.ID, strings.Join(box.SSCC, " "))
			printLines(out, box.Lines)
		}
	case d.Invoice != nil:
		printHead(out, "invoice", d.Invoice.Number, d.Invoice.Date, d.Invoice.Parties)
		printLines(out, d.Invoice.Lines)
		_, _ = fmt.Fprintf(out, "  total %s %s\n", d.Invoice.Total, d.Invoice.Currency)
	default:
		printMore(out, d)
	}
}

func printMore(out io.Writer, d *trade.Document) {
	switch {
	case d.Stock != nil:
		printHead(out, "stock", d.Stock.Number, d.Stock.Date, d.Stock.Parties)
		printFigures(out, d.Figures())
	case d.Remittance != nil:
		printHead(out, "payment", d.Remittance.Number, d.Remittance.Date, d.Remittance.Parties)
		_, _ = fmt.Fprintf(out, "  paid %s %s\n", d.Remittance.Paid, d.Remittance.Currency)
		printFigures(out, d.Figures())
	case d.Activity != nil:
		printHead(out, "sales and stock", d.Activity.From+" to", d.Activity.To, d.Activity.Parties)
		printFigures(out, d.Figures())
	case d.Receipt != nil:
		printHead(out, "receipt", d.Receipt.Number, d.Receipt.Date, d.Receipt.Parties)
		printLines(out, d.Receipt.Lines)
	case d.Acknowledgement != nil:
		for _, set := range d.Acknowledgement.Sets {
			_, _ = fmt.Fprintf(out, "  %s %s: %s\n", set.Type, set.Control, set.Verdict.Words)
		}
	}
}

// printFigures writes a table, its columns under each other.
func printFigures(out io.Writer, f *trade.Figures) {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, row := range append([][]string{f.Columns}, f.Rows...) {
		_, _ = fmt.Fprintln(table, "  "+strings.Join(row, "\t"))
	}
	_ = table.Flush()
	if f.More > 0 {
		_, _ = fmt.Fprintf(out, "  ... and %d rows more\n", f.More)
	}
}

func printHead(out io.Writer, what, number, date string, parties []trade.Party) {
	_, _ = fmt.Fprintf(out, "  %s %s of %s\n", what, number, date)
	for _, p := range parties {
		_, _ = fmt.Fprintf(out, "  %s: %s\n", p.Role.Words, strings.TrimSpace(p.Name+" "+p.ID))
	}
}

func printLines(out io.Writer, lines []trade.Line) {
	for i := range lines {
		line := &lines[i]
		_, _ = fmt.Fprintf(out, "  %s: %s %s", line.Number, line.Quantity, line.Unit.Code)
		if line.Price != "" {
			_, _ = fmt.Fprintf(out, " at %s", line.Price)
		}
		for _, code := range line.Codes {
			_, _ = fmt.Fprintf(out, ", %s %s", code.Kind.Code, code.Value)
		}
		_, _ = fmt.Fprintln(out)
	}
}

func (s *shell) ediAck() *cobra.Command {
	var f ediFlags
	var to string
	var control int
	var lines bool
	cmd := &cobra.Command{Use: "ack FILE --out FILE", Short: "Write the acknowledgement of a file (TA1, 997, 999 or CONTRL)", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if to == "" {
				return usageError{"say where the acknowledgement is to go: --out FILE"}
			}
			now := time.Now()
			if !cmd.Flags().Changed("control") {
				control = int(now.Unix() % 1_000_000_000)
			}
			return f.onFile(cmd, args[0], func(r io.Reader, options desk.Options) error {
				return s.acknowledge(r, to, options, desk.Answering{Now: now, Control: control, Lines: lines})
			})
		}}
	f.declare(cmd)
	cmd.Flags().StringVar(&to, "out", "", "the file to write; - for standard output")
	cmd.Flags().IntVar(&control, "control", 0, "control number of the answer (default: made of the time)")
	cmd.Flags().BoolVar(&lines, "lines", false, "end every segment with a line break too")
	return cmd
}

// acknowledged is what ack answers.
type acknowledged struct {
	Written  int         `json:"written"`
	File     string      `json:"file"`
	Accepted bool        `json:"accepted"`
	Report   *edi.Report `json:"report"`
}

func (s *shell) acknowledge(r io.Reader, to string, options desk.Options, how desk.Answering) error {
	var answer bytes.Buffer
	report, written, err := desk.Acknowledge(r, &answer, options, how)
	if err != nil {
		return err
	}
	s.exitBy(report)
	if to == "-" && written > 0 {
		_, err := s.out.Write(answer.Bytes())
		return err
	}
	if written > 0 {
		if err := os.WriteFile(to, answer.Bytes(), 0o600); err != nil {
			return fault.Wrap(err, fault.Invalid, "The acknowledgement cannot be written to "+to+".", "Choose another place for it.").InField("out")
		}
	}
	return s.print(acknowledged{Written: written, File: to, Accepted: report.Accepted, Report: report}, func(out io.Writer) {
		if written == 0 {
			_, _ = fmt.Fprintln(out, "There is nothing to acknowledge: acknowledgements are never acknowledged themselves. No file was written.")
			return
		}
		_, _ = fmt.Fprintf(out, "%s acknowledges the file as %s.\n", to, [...]string{"accepted", "accepted in part", "rejected"}[report.Outcome()])
	})
}

func (s *shell) ediBench() *cobra.Command {
	var orders, rounds int
	cmd := &cobra.Command{Use: "bench", Short: "Measure how fast EDI is read here, beside a plain loop over the bytes", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if orders < 1 || rounds < 1 {
				return usageError{"--orders and --rounds have to be at least 1"}
			}
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
			measured := map[edi.Syntax]speed.Speed{}
			for syntax, measure := range map[edi.Syntax]func(int, int) (speed.Speed, error){edi.X12: x12.Measure, edi.EDIFACT: edifact.Measure} {
				found, err := measure(orders, rounds)
				if err != nil {
					return err
				}
				measured[syntax] = found
			}
			return s.print(measured, func(out io.Writer) {
				printSpeed(out, "X12", measured[edi.X12])
				printSpeed(out, "EDIFACT", measured[edi.EDIFACT])
			})
		}}
	cmd.Flags().IntVar(&orders, "orders", 68500, "how many purchase orders of ten lines; 68,500 are 100 MB")
	cmd.Flags().IntVar(&rounds, "rounds", 5, "how often")
	return cmd
}

func printSpeed(out io.Writer, syntax string, found speed.Speed) {
	_, _ = fmt.Fprintf(out, "%s: %d purchase orders, %.1f MB, one core, processor time, median of %d rounds\n", syntax, found.Sets, float64(found.Bytes)/1e6, found.Rounds)
	_, _ = fmt.Fprintf(out, "  loop over bytes  %6.0f MB/s\n  cut into elements%6.0f MB/s, %.2f of the loop (spread %.2f)\n  checked          %6.0f MB/s, %.2f of the loop\n",
		found.ByteLoop, found.Tokenise, found.Ratio, found.Spread, found.Validate, found.Validated)
}
