package cli

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tradepost/backend/edi"
	"tradepost/backend/edi/desk"
	"tradepost/backend/edi/edifact"
	"tradepost/backend/edi/trade"
	"tradepost/backend/edi/x12"
	"tradepost/backend/fault"
)

// makeFlags say of what an answer is made, and what goes into it.
type makeFlags struct {
	shipment                                                                        string
	po, order, to, number, ships, carrier, tracking, vat, sender, receiver, version string
	expected                                                                        string
	sscc, line                                                                      []string
	control                                                                         int
	lines, test, plan                                                               bool
}

func (s *shell) ediMake() *cobra.Command {
	var f makeFlags
	cmd := &cobra.Command{Use: "make 855|856|810|ORDRSP|DESADV|INVOIC", Short: "Write the answer to an order: acknowledgement, ship notice, invoice", Args: cobra.ExactArgs(1),
		Long: "Makes the answer to a purchase order. An order that came by EDI into the workspace (--order) is answered in part with\n" +
			"--line; without, with what is left: all of it is accepted, what was accepted is shipped, what was shipped is invoiced.\n" +
			"The answer gets the partner's next control number, is kept, and goes to the outbox. With --plan it is only shown.\n\n" +
			"Without a workspace the order is read from the file that the retailer sent (--po), and the answer written into another one\n" +
			"(--out), as if all were accepted, shipped and invoiced. So it is with an order of the workspace that came otherwise. What is\n" +
			"made says the syntax: 855, 856 and 810 are X12, ORDRSP, DESADV and INVOIC are EDIFACT.",
		Example: "  tradepost edi make 855 --order 4500123456 --number SO-1001 --line 1=24 --line 2=8+4\n  tradepost edi make 856 --order 4500123456 --number SHIP-1 --line 1=24 --line 2=8\n" +
			"  tradepost edi make 855 --po order.edi --number SO-1001 --out 855.edi\n  tradepost edi make 856 --po order.edi --number SHIP-1 --sscc 106141410000000017 --carrier UPSN --out 856.edi\n" +
			"  tradepost edi make ORDRSP --po orders.edi --number AB-1001 --out ordrsp.edi\n" +
			"  tradepost edi make 810 --order '#1001' --number INV-1 --from ZZ:SMALLWORKS --to ZZ:BIGMART --out 810.edi",
		RunE: func(cmd *cobra.Command, args []string) error { return s.makeEDI(cmd, args[0], f) }}
	flags := cmd.Flags()
	flags.StringVar(&f.po, "po", "", "the purchase order as it came, an 850 or ORDERS")
	flags.StringVar(&f.order, "order", "", "the order's number: in the workspace, or which of several in --po")
	flags.StringVar(&f.to, "out", "", "the file to write; - for standard output")
	flags.StringVar(&f.number, "number", "", "the number of your order, shipment or invoice (default: the order's own)")
	flags.StringVar(&f.ships, "ships", "", "when the goods leave, as 2026-12-31 (default: today)")
	flags.StringSliceVar(&f.sscc, "sscc", nil, "the label of a box; may be given more than once")
	flags.StringVar(&f.expected, "expected", "", "when they arrive")
	flags.StringVar(&f.shipment, "shipment", "", "of an 856 or DESADV: the shipment of the order that it tells, by its carrier's number; what lies in its packages, carrier and day come from there")
	flags.StringArrayVar(&f.line, "line", nil, "what becomes of a line, as LINE=QUANTITY; of an 855 also LINE=NOW+LATER, what is left is refused; may be given more than once")
	flags.BoolVar(&f.plan, "plan", false, "show what would be made, and keep nothing")
	flags.StringVar(&f.carrier, "carrier", "", "the carrier's code (SCAC)")
	flags.StringVar(&f.tracking, "tracking", "", "the carrier's number")
	flags.StringVar(&f.vat, "vat", "", "percent of VAT on all lines of an INVOIC (default: none)")
	flags.StringVar(&f.sender, "from", "", "your kind and id, as ZZ:SMALLWORKS or 14:4012345000009 (default: as in --po)")
	flags.StringVar(&f.receiver, "to", "", "your partner's kind and id")
	flags.StringVar(&f.version, "version", "", "the version to write (default: as in --po, else 004010 or D.96A)")
	flags.IntVar(&f.control, "control", 0, "control number (default: made of the time)")
	flags.BoolVar(&f.lines, "lines", false, "end every segment with a line break too")
	flags.BoolVar(&f.test, "test", false, "mark it as a test")
	return cmd
}

func (s *shell) makeEDI(cmd *cobra.Command, kind string, f makeFlags) error {
	if f.po == "" && f.order == "" {
		return usageError{"say of what: --order, or --po"}
	}
	f.number = cmp.Or(f.number, f.order)
	if f.po == "" && f.sender == "" && f.receiver == "" {
		if done, err := s.answerHere(cmd, kind, f); done || err != nil {
			return err
		}
	}
	if f.to == "" {
		return usageError{"say where the answer is to go (--out)"}
	}
	if len(f.line) > 0 || f.plan || f.shipment != "" {
		return usageError{"--line, --shipment and --plan are for orders that came by EDI into the workspace"}
	}
	how, order, err := s.orderToAnswer(cmd, kind, f)
	if err != nil {
		return err
	}
	if desk.SyntaxOf(kind) == edi.EDIFACT {
		err = f.addressEDIFACT(&how.EDIFACT)
	} else {
		err = f.address(&how.Envelope)
	}
	if err != nil {
		return err
	}
	var made bytes.Buffer
	how.Number, how.Ships, how.SSCC, how.Carrier, how.Tracking, how.TaxRate = cmp.Or(f.number, order.Number), f.ships, f.sscc, f.carrier, f.tracking, f.vat
	if err := desk.Make(kind, order, how, &made); err != nil {
		return err
	}
	return s.put(f.to, made.Bytes(), map[string]any{"written": 1, "file": f.to, "type": kind, "order": order.Number})
}

// put writes what was made.
func (s *shell) put(to string, text []byte, said map[string]any) error {
	if to == "-" {
		_, err := s.out.Write(text)
		return err
	}
	if err := os.WriteFile(to, text, 0o600); err != nil {
		return fault.Wrap(err, fault.Invalid, "The file "+to+" cannot be written.", "Choose another place for it.").InField("out")
	}
	return s.print(said, func(out io.Writer) {
		_, _ = fmt.Fprintf(out, "%s holds the %s for order %s.\n", to, said["type"], said["order"])
	})
}

// address takes from the flags who sends and who receives, and what else the envelope says.
func (f *makeFlags) address(e *x12.Envelope) error {
	for _, side := range []struct {
		stated   string
		kind, id *string
		group    *string
	}{{f.sender, &e.SenderKind, &e.Sender, &e.GroupSender}, {f.receiver, &e.ReceiverKind, &e.Receiver, &e.GroupReceiver}} {
		kind, id, found := strings.Cut(side.stated, ":")
		switch {
		case found && len(kind) == 2 && id != "":
			*side.kind, *side.id, *side.group = kind, id, id
		case side.stated != "" || *side.id == "":
			return usageError{"say who sends and who receives as --from ZZ:SMALLWORKS --to ZZ:BIGMART"}
		}
	}
	if f.version != "" {
		e.Version = f.version
	}
	e.Test, e.Now, e.Control = e.Test || f.test, time.Now(), f.nextControl()
	if f.lines && strings.Trim(e.Separators.Terminator, "\r\n") != "" || f.lines && e.Separators.Terminator == "" {
		e.Suffix = "\n"
	}
	return nil
}

// addressEDIFACT does it for EDIFACT.
func (f *makeFlags) addressEDIFACT(e *edifact.Envelope) error {
	for _, side := range []struct {
		stated string
		end    *edifact.Address
	}{{f.sender, &e.Sender}, {f.receiver, &e.Receiver}} {
		kind, id, found := strings.Cut(side.stated, ":")
		if !found {
			kind, id = "", side.stated
		}
		if id != "" {
			*side.end = edifact.Address{ID: id, Qualifier: kind}
		}
	}
	if e.Sender.ID == "" || e.Receiver.ID == "" {
		return usageError{"say who sends and who receives as --from 14:4012345000009 --to 14:5412345000013"}
	}
	if f.version != "" {
		e.Release = strings.TrimPrefix(strings.ToUpper(f.version), "D.")
	}
	if !slices.Contains([]string{"", "96A", "01B"}, e.Release) {
		return usageError{"choose one of the versions that are written: D.96A, D.01B"}
	}
	e.Test, e.Now, e.Control = e.Test || f.test, time.Now(), strconv.Itoa(f.nextControl())
	if f.lines {
		e.Break = "\n"
	}
	return nil
}

// nextControl is the control number: the one that was asked for, or one made of the time.
func (f *makeFlags) nextControl() int {
	if f.control != 0 {
		return f.control
	}
	return int(time.Now().Unix() % 1_000_000_000)
}

// orderToAnswer reads the order: from the retailer's file, with its envelope where the answer is of the same syntax, or from
// the workspace.
func (s *shell) orderToAnswer(cmd *cobra.Command, kind string, f makeFlags) (how desk.Making, order *trade.Order, err error) {
	if f.po == "" {
		order, err = s.workspaceOrder(cmd, f.order)
		return how, order, err
	}
	text, err := os.ReadFile(f.po)
	if err != nil {
		return how, nil, fault.Wrap(err, fault.Invalid, "The file "+f.po+" cannot be opened.", "Check its path.").InField("file")
	}
	if how, err = desk.AnswerTo(kind, text); err != nil {
		return how, nil, err
	}
	documents, err := desk.Read(bytes.NewReader(text), desk.Options{})
	if err != nil {
		return how, nil, err
	}
	for i := range documents {
		if o := documents[i].Order; o != nil && (f.order == "" || o.Number == f.order) {
			return how, o, nil
		}
	}
	return how, nil, fault.New(fault.NotFound, "There is no such order in "+f.po+".", "Look at it with: tradepost edi explain "+f.po)
}

// sold is the part of an order of the workspace that an answer is made of.
type sold struct {
	order
	ShipTo struct {
		Name       *string `json:"name"`
		Line1      *string `json:"line1"`
		Line2      *string `json:"line2"`
		City       *string `json:"city"`
		Region     *string `json:"region"`
		PostalCode *string `json:"postal_code"`
		Country    *string `json:"country"`
	} `json:"ship_to"`
	Sold []struct {
		SKU       *string     `json:"sku"`
		Title     string      `json:"title"`
		Quantity  json.Number `json:"quantity"`
		UnitPrice *string     `json:"unit_price"`
	} `json:"lines"`
}

func (s *shell) workspaceOrder(cmd *cobra.Command, number string) (found *trade.Order, err error) {
	err = s.with(cmd.Context(), false, func(c *client) error {
		var body struct {
			Orders []json.RawMessage `json:"orders"`
		}
		if err := c.get("/api/v1/orders", url.Values{"number": {number}, "limit": {"20"}}, &body); err != nil {
			return err
		}
		raw, _, err := only(number, body.Orders)
		if err != nil {
			return err
		}
		var o sold
		if err := json.Unmarshal(raw, &o); err != nil {
			return fmt.Errorf("reading order: %w", err)
		}
		found = o.trade()
		return nil
	})
	return found, err
}

// trade is the order as EDI knows it: its SKUs are the vendor's item numbers.
func (o *sold) trade() *trade.Order {
	day, _, _ := strings.Cut(text(o.PlacedAt), "T")
	to := o.ShipTo
	found := &trade.Order{Number: strings.TrimPrefix(o.Number, "#"), Date: day, Currency: text(o.Currency), Parties: []trade.Party{{Role: trade.Coded{Code: "ST"}, Name: text(to.Name),
		Street: stated(to.Line1, to.Line2), City: text(to.City), Region: text(to.Region), PostalCode: text(to.PostalCode), Country: text(to.Country)}}}
	for i, l := range o.Sold {
		line := trade.Line{Number: fmt.Sprint(i + 1), Quantity: l.Quantity.String(), Unit: trade.Coded{Code: "EA"}, Price: text(l.UnitPrice), Description: l.Title}
		if l.SKU != nil {
			line.Codes = []trade.Code{{Kind: trade.Coded{Code: "VN"}, Value: *l.SKU}}
		}
		found.Lines = append(found.Lines, line)
	}
	return found
}

func stated(values ...*string) (all []string) {
	for _, value := range values {
		if value != nil && *value != "" {
			all = append(all, *value)
		}
	}
	return all
}
