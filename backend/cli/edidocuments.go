package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"tradepost/backend/fault"
)

const ediPath = "/api/v1/edi"

// ediDocument is a document of the workspace, as commands show it.
type ediDocument struct {
	ID          string `json:"id"`
	Direction   string `json:"direction"`
	Channel     string `json:"channel"`
	Type        string `json:"type"`
	Number      string `json:"number"`
	OrderNumber string `json:"order_number"`
	Interchange string `json:"interchange"`
	Words       string `json:"words"`
	Status      string `json:"status"`
	Ack         string `json:"ack"`
	Delivery    string `json:"delivery"`
	File        string `json:"file"`
	At          string `json:"at"`
	Waiting     []struct {
		Who  string  `json:"who"`
		What string  `json:"what"`
		Kind string  `json:"kind"`
		Due  *string `json:"due"`
		Late bool    `json:"late"`
	} `json:"waiting"`
}

func (s *shell) ediDocuments() *cobra.Command {
	cmd := &cobra.Command{Use: "documents", Short: "What was exchanged with trading partners", Args: cobra.NoArgs, RunE: group}
	cmd.AddCommand(s.ediList(), s.ediShow(), s.ediSend(), s.ediPlan())
	return cmd
}

func (s *shell) ediList() *cobra.Command {
	var show, kind, number, after string
	var limit int
	cmd := &cobra.Command{Use: "list", Short: "Documents, newest first, with what they wait for", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return s.with(cmd.Context(), false, func(c *client) error {
				query := url.Values{"limit": {fmt.Sprint(limit)}}
				for name, value := range map[string]string{"show": show, "type": kind, "number": number, "after": after} {
					if value != "" {
						query.Set(name, value)
					}
				}
				var raw json.RawMessage
				var body struct {
					Documents []ediDocument `json:"documents"`
				}
				if err := c.get(ediPath+"/documents", query, &raw); err != nil {
					return err
				}
				if err := json.Unmarshal(raw, &body); err != nil {
					return fmt.Errorf("reading documents: %w", err)
				}
				return s.print(raw, func(out io.Writer) { printDocuments(out, body.Documents) })
			})
		}}
	flags := cmd.Flags()
	flags.StringVar(&show, "show", "", "only orders, waiting (for you), refused (or waiting in quarantine), unmatched (acknowledgements of nothing that was sent) or unacknowledged")
	flags.StringVar(&kind, "type", "", "only documents of this type: 850, INVOIC, ...")
	flags.StringVar(&number, "number", "", "only what has this number, or is about the order of this number")
	flags.StringVar(&after, "after", "", "go on behind this id")
	flags.IntVar(&limit, "limit", 50, "how many at most")
	return cmd
}

func printDocuments(out io.Writer, all []ediDocument) {
	if len(all) == 0 {
		_, _ = fmt.Fprintln(out, "Nothing. Take EDI in with: tradepost import FILE")
		return
	}
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "ID\tWAY\tPARTNER\tTYPE\tNUMBER\tORDER\tSAYS\tSTATE\tWAITS FOR")
	for i := range all {
		d := &all[i]
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", d.ID, d.Direction, d.Channel, d.Type, d.Number, d.OrderNumber, d.Words, d.state(), d.waits())
	}
	_ = w.Flush()
}

// state says what became of a document.
func (d *ediDocument) state() string {
	switch {
	case d.Status == "waits":
		return "in quarantine"
	case d.Ack == "" && d.Direction == "out" && d.Delivery == "":
		return "made, not sent"
	case d.Ack == "" && d.Direction == "out":
		return d.Delivery
	case d.Ack == "":
		return d.Status
	}
	return d.Ack
}

func (d *ediDocument) waits() string {
	var all []string
	for _, w := range d.Waiting {
		text := w.What
		if w.Kind != "" && w.What != "delivery" {
			text = w.Kind
		}
		if w.Who == "partner" {
			text = "their " + text
		}
		if w.Due != nil {
			text += " by " + *w.Due
		}
		if w.Late {
			text += " (late)"
		}
		all = append(all, text)
	}
	return strings.Join(all, ", ")
}

func (s *shell) ediShow() *cobra.Command {
	return &cobra.Command{Use: "show ID", Short: "A document with its chain, as it came or went", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.with(cmd.Context(), false, func(c *client) error {
				var raw json.RawMessage
				var body struct {
					Document ediDocument   `json:"document"`
					Chain    []ediDocument `json:"chain"`
					Text     string        `json:"text"`
				}
				if err := c.get(ediPath+"/documents/"+url.PathEscape(args[0]), nil, &raw); err != nil {
					return err
				}
				if err := json.Unmarshal(raw, &body); err != nil {
					return fmt.Errorf("reading document: %w", err)
				}
				return s.print(raw, func(out io.Writer) {
					printDocuments(out, body.Chain)
					_, _ = fmt.Fprintf(out, "\n%s", body.Text)
				})
			})
		}}
}

func (s *shell) ediSend() *cobra.Command {
	return &cobra.Command{Use: "send ID", Short: "Put a document into the outbox, again too", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.with(cmd.Context(), true, func(c *client) error {
				var d ediDocument
				if err := c.post(ediPath+"/documents/"+url.PathEscape(args[0])+"/send", nil, &d); err != nil {
					return err
				}
				return s.print(d, func(out io.Writer) {
					_, _ = fmt.Fprintf(out, "%s %s: %s as %s\n", d.Type, d.Number, d.Delivery, d.File)
				})
			})
		}}
}

func (s *shell) ediPlan() *cobra.Command {
	var apply bool
	cmd := &cobra.Command{Use: "plan ID", Short: "Plan the counts of a stock report, or what a payment pays", Args: cobra.ExactArgs(1),
		Long: "Makes a plan of what a document says: of a stock report (846, INVRPT) counts of stock, of a payment (820, REMADV) what is paid\n" +
			"of orders. Look at it in the window under Imports, or carry it out: tradepost import apply BATCH, or at once with --apply.",
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.with(cmd.Context(), true, func(c *client) error {
				var b batch
				if err := c.post(ediPath+"/documents/"+url.PathEscape(args[0])+"/plan?wait=true", nil, &b); err != nil {
					return err
				}
				if b.Error == nil && apply {
					if err := c.post("/api/v1/imports/"+b.ID+"/apply?wait=true", nil, &b); err != nil {
						return err
					}
				}
				if b.Error != nil {
					return fault.New(fault.Code(b.Error.Code), b.Error.Message, b.Error.Remedy)
				}
				return s.report(c, "document "+args[0], b, "")
			})
		}}
	cmd.Flags().BoolVar(&apply, "apply", false, "carry the plan out at once")
	return cmd
}

func (s *shell) ediKeep() *cobra.Command {
	return &cobra.Command{Use: "keep [DAYS]", Short: "Say for how long texts of EDI are kept, or choose it", Args: cobra.MaximumNArgs(1),
		Long: "Texts of documents, and the files that they came in, are emptied so many days after they came, once nothing needs them:\n" +
			"an open order keeps its own. What they said of orders, numbers and states stays. 0 keeps them for ever.",
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.with(cmd.Context(), len(args) > 0, func(c *client) error {
				var body struct {
					Days int `json:"edi_keep_days"`
				}
				err := c.get("/api/v1/settings", nil, &body)
				if len(args) > 0 {
					days, wrong := strconv.Atoi(args[0])
					if wrong != nil {
						return usageError{"give a number of days"}
					}
					text, _ := json.Marshal(map[string]int{"edi_keep_days": days})
					err = c.do(http.MethodPatch, "/api/v1/settings", "application/json", strings.NewReader(string(text)), &body)
				}
				if err != nil {
					return err
				}
				return s.print(map[string]int{"days": body.Days}, func(out io.Writer) {
					if body.Days == 0 {
						_, _ = fmt.Fprintln(out, "Texts of EDI are kept for ever.")
						return
					}
					_, _ = fmt.Fprintf(out, "Texts of EDI are kept for %d days.\n", body.Days)
				})
			})
		}}
}

func (s *shell) ediPartners() *cobra.Command {
	return &cobra.Command{Use: "partners", Short: "Trading partners by their ids, with the next control number to them", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return s.with(cmd.Context(), false, func(c *client) error {
				var body map[string]any
				if err := c.get(ediPath+"/partners", nil, &body); err != nil {
					return err
				}
				return s.print(body, func(out io.Writer) {
					table(out, body["partners"], []string{"ID", "PARTNER", "SYNTAX", "THEIR ID", "YOUR ID", "NEXT", "OUTBOX"}, []string{"id", "channel", "syntax", "code", "our_code", "next", "outbox"})
				})
			})
		}}
}

func (s *shell) ediOutbox() *cobra.Command {
	var partner string
	cmd := &cobra.Command{Use: "outbox [FOLDER]", Short: "Say into which folder EDI for partners is put, or choose one", Args: cobra.MaximumNArgs(1),
		Long: "Acknowledgements and answers are put into the outbox as files, each exactly once. Without a folder they stay in the workspace\nuntil they are sent: tradepost edi documents send ID. An empty folder (\"\") chooses none.",
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.with(cmd.Context(), len(args) > 0, func(c *client) error {
				path, field := "/api/v1/settings", "edi_outbox"
				if partner != "" {
					path, field = ediPath+"/partners/"+url.PathEscape(partner), "outbox"
				}
				var body map[string]any
				var err error
				if len(args) == 0 {
					if partner != "" {
						return usageError{"see the partners' outboxes with: tradepost edi partners"}
					}
					err = c.get(path, nil, &body)
				} else {
					text, _ := json.Marshal(map[string]string{field: args[0]})
					err = c.do(http.MethodPatch, path, "application/json", strings.NewReader(string(text)), &body)
				}
				if err != nil {
					return err
				}
				folder := fmt.Sprint(body[field])
				return s.print(map[string]string{"outbox": folder}, func(out io.Writer) {
					if folder == "" {
						folder = "There is no outbox folder."
					}
					_, _ = fmt.Fprintln(out, folder)
				})
			})
		}}
	cmd.Flags().StringVar(&partner, "partner", "", "the id of one partner, for whom it is to be another one")
	return cmd
}

// answerHere makes an answer to an order that came by EDI into the workspace; done is false where there is no such order.
func (s *shell) answerHere(cmd *cobra.Command, kind string, f makeFlags) (done bool, err error) {
	lines, err := f.askLines()
	if err != nil {
		return false, err
	}
	err = s.with(cmd.Context(), true, func(c *client) error {
		var found struct {
			Documents []ediDocument `json:"documents"`
		}
		if err := c.get(ediPath+"/documents", url.Values{"show": {"orders"}, "direction": {"in"}, "number": {f.order}, "limit": {"20"}}, &found); err != nil {
			return err
		}
		id := ""
		for _, d := range found.Documents {
			if d.OrderNumber != f.order || d.Status != "taken" {
				continue
			}
			if id != "" && d.Channel != found.Documents[0].Channel {
				return fault.New(fault.Conflict, "Several partners sent an order "+f.order+".", "Answer it in the window, under EDI.")
			}
			id = d.ID
		}
		if id == "" {
			return nil
		}
		done = true
		shipment, err := f.shipmentOf(c, id, kind)
		if err != nil {
			return err
		}
		draft := map[string]any{"shipment": shipment, "kind": kind, "number": f.number, "ships": f.ships, "expected": f.expected, "carrier": f.carrier, "tracking": f.tracking, "tax_rate": f.vat, "sscc": f.sscc,
			"lines": lines, "keep": !f.plan}
		var made struct {
			Document *ediDocument `json:"document"`
			Text     string       `json:"text"`
		}
		if err := c.post(ediPath+"/documents/"+id+"/answers", draft, &made); err != nil {
			return err
		}
		said := map[string]any{"written": 1, "file": f.to, "type": kind, "order": f.order, "document": made.Document}
		if f.to != "" {
			return s.put(f.to, []byte(made.Text), said)
		}
		return s.print(said, func(out io.Writer) {
			if made.Document == nil {
				_, _ = fmt.Fprint(out, made.Text)
				return
			}
			where := "it is in no outbox yet: tradepost edi documents send " + made.Document.ID
			if made.Document.Delivery == "sent" {
				where = "it lies in the outbox as " + made.Document.File
			}
			_, _ = fmt.Fprintf(out, "%s %s for order %s is made as document %s; %s\n", kind, f.number, f.order, made.Document.ID, where)
		})
	})
	return done, err
}

// shipmentOf finds the id of the shipment that --shipment names by its carrier's number; "" where it names none.
func (f *makeFlags) shipmentOf(c *client, document, kind string) (string, error) {
	if f.shipment == "" {
		return "", nil
	}
	var body struct {
		Shipments []struct {
			ID       string `json:"id"`
			Tracking string `json:"tracking"`
		} `json:"shipments"`
	}
	if err := c.get(ediPath+"/documents/"+document+"/answers", url.Values{"kind": {kind}}, &body); err != nil {
		return "", err
	}
	known := []string{}
	for _, s := range body.Shipments {
		if s.Tracking == f.shipment {
			return s.ID, nil
		}
		known = append(known, s.Tracking)
	}
	return "", fault.New(fault.NotFound, "Order "+f.order+" has no shipment "+f.shipment+".", "Its shipments are: "+strings.Join(known, ", ")+".").InField("shipment")
}

// askLines reads --line: LINE=NOW, or LINE=NOW+LATER.
func (f *makeFlags) askLines() ([]map[string]string, error) {
	all := []map[string]string{}
	for _, text := range f.line {
		line, quantities, found := strings.Cut(text, "=")
		now, later, _ := strings.Cut(quantities, "+")
		if !found || line == "" || now == "" {
			return nil, usageError{"say what becomes of a line as --line 2=8, or --line 2=8+4 where 4 follow later"}
		}
		one := map[string]string{"line": line, "quantity": now}
		if later != "" {
			one["later"] = later
		}
		all = append(all, one)
	}
	return all, nil
}
