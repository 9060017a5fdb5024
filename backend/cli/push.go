package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"tradepost/backend/fault"
)

const plansPath = "/api/v1/plans"

// plan is what is to be written to one connection, as commands show it.
type plan struct {
	ID         *string  `json:"id"` // nil for one that is only shown, or where there is nothing to write
	ETag       string   `json:"etag"`
	Connection string   `json:"connection"`
	Name       string   `json:"name"`
	Title      string   `json:"title"`
	State      string   `json:"state"`
	Warnings   []string `json:"warnings"`
	Blocked    *string  `json:"blocked"`
	MadeAt     *string  `json:"made_at"`
	ObservedAt *string  `json:"observed_at"`
	Counts     struct {
		Proposed   int `json:"proposed"`
		Approved   int `json:"approved"`
		Sending    int `json:"sending"`
		Pending    int `json:"pending"`
		Unknown    int `json:"unknown"`
		Done       int `json:"done"`
		Rejected   int `json:"rejected"`
		Superseded int `json:"superseded"`
	} `json:"counts"`
	Intents []intent `json:"intents"`
	Next    *string  `json:"next"`
}

// intent is one write.
type intent struct {
	ID        *string `json:"id"`
	Operation string  `json:"operation"`
	Name      string  `json:"name"`
	State     string  `json:"state"`
	Observed  *string `json:"observed"`
	Wanted    string  `json:"wanted"`
	Reason    string  `json:"reason"`
	Warning   *string `json:"warning"`
	Problem   *struct {
		Message string `json:"message"`
		Remedy  string `json:"remedy"`
	} `json:"problem"`
}

func (s *shell) plans() *cobra.Command {
	cmd := &cobra.Command{Use: "plans", Short: "What is to be written to connections, to be approved first", Args: cobra.NoArgs, RunE: group}
	cmd.AddCommand(s.planList(), s.planShow(), s.planApprove(),
		s.planStep("discard", "Take off what waits in a plan", func(p plan, out io.Writer) {
			_, _ = fmt.Fprintf(out, "%s is %s; nothing more of it is written\n", planName(p), p.State)
		}),
		s.planStep("undo", "Plan the way back of what a plan wrote", plan.words))
	return cmd
}

func (s *shell) planList() *cobra.Command {
	var name, state string
	cmd := &cobra.Command{Use: "list", Short: "List plans, newest first", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return s.with(cmd.Context(), false, func(c *client) error {
			query := url.Values{}
			if state != "" {
				query.Set("state", state)
			}
			if name != "" {
				one, err := connectionNamed(c, name)
				if err != nil {
					return err
				}
				query.Set("connection", one.ID)
			}
			var raw json.RawMessage
			if err := c.get(plansPath, query, &raw); err != nil {
				return err
			}
			var body struct {
				Plans []plan `json:"plans"`
			}
			if err := json.Unmarshal(raw, &body); err != nil {
				return fmt.Errorf("reading plans: %w", err)
			}
			return s.print(raw, func(out io.Writer) { plansTable(out, body.Plans) })
		})
	}}
	cmd.Flags().StringVar(&name, "connection", "", "only those of a connection")
	cmd.Flags().StringVar(&state, "state", "", "only open, approved, done or discarded")
	_ = cmd.RegisterFlagCompletionFunc("state", cobra.FixedCompletions([]string{"open", "approved", "done", "discarded"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func plansTable(out io.Writer, plans []plan) {
	if len(plans) == 0 {
		_, _ = fmt.Fprintln(out, "No plans. Make one with: tradepost push NAME --plan")
		return
	}
	writer := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	row(writer, []string{"ID", "CONNECTION", "STATE", "WHAT", "STANDS"})
	for _, p := range plans {
		row(writer, []string{text(p.ID), p.Name, p.State, p.Title, p.stands()})
	}
	_ = writer.Flush()
}

func (s *shell) planShow() *cobra.Command {
	return &cobra.Command{Use: "show ID", Short: "Show a plan, value by value", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return s.with(cmd.Context(), false, func(c *client) error {
			p, err := planWhole(c, args[0])
			if err != nil {
				return err
			}
			return s.print(p, p.words)
		})
	}}
}

// planWhole gets a plan with all its writes.
func planWhole(c *client, id string) (plan, error) {
	var whole plan
	for after := ""; ; {
		page, query := plan{}, url.Values{"limit": {"500"}}
		if after != "" {
			query.Set("after", after)
		}
		if err := c.get(plansPath+"/"+url.PathEscape(id), query, &page); err != nil {
			return whole, err
		}
		page.Intents = append(whole.Intents, page.Intents...)
		whole = page
		if after = text(page.Next); after == "" {
			return whole, nil
		}
	}
}

// planStep does one thing with a plan by its id.
func (s *shell) planStep(step, short string, words func(plan, io.Writer)) *cobra.Command {
	return &cobra.Command{Use: step + " ID", Short: short, Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return s.with(cmd.Context(), false, func(c *client) error {
			var raw json.RawMessage
			if err := c.post(plansPath+"/"+url.PathEscape(args[0])+"/"+step, map[string]any{}, &raw); err != nil {
				return err
			}
			var p plan
			if err := json.Unmarshal(raw, &p); err != nil {
				return fmt.Errorf("reading plan: %w", err)
			}
			if p.Next != nil {
				whole, err := planWhole(c, text(p.ID))
				if err != nil {
					return err
				}
				return s.print(whole, func(out io.Writer) { words(whole, out) })
			}
			return s.print(raw, func(out io.Writer) { words(p, out) })
		})
	}}
}

func (s *shell) planApprove() *cobra.Command {
	var only []string
	var despite bool
	cmd := &cobra.Command{Use: "approve ID", Short: "Approve what waits in a plan, and send it", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.with(cmd.Context(), true, func(c *client) error {
				p, err := planWhole(c, args[0])
				if err != nil {
					return err
				}
				return s.send(cmd.Context(), c, p, only, despite)
			})
		}}
	cmd.Flags().StringSliceVar(&only, "only", nil, "only these of its writes, by their ids")
	cmd.Flags().BoolVar(&despite, "despite", false, "also a plan that is blocked, having read why")
	return cmd
}

func (s *shell) push() *cobra.Command {
	var show, apply bool
	cmd := &cobra.Command{Use: "push NAME --plan|--apply", Short: "Write to a connection what it should have", Args: cobra.ExactArgs(1), ValidArgsFunction: s.completeConnections,
		Long: "Looks at the connection first, and compares what is there with what should be.\n--plan shows the difference and keeps nothing; --apply approves it and sends it.",
		RunE: func(cmd *cobra.Command, args []string) error {
			if show == apply {
				return usageError{"say what is wanted: --plan to look, or --apply to write"}
			}
			return s.with(cmd.Context(), apply, func(c *client) error {
				one, err := connectionNamed(c, args[0])
				if err != nil {
					return err
				}
				if show {
					return s.showPush(c, one)
				}
				return s.applyPush(cmd.Context(), c, one)
			})
		}}
	cmd.Flags().BoolVar(&show, "plan", false, "show what would be written")
	cmd.Flags().BoolVar(&apply, "apply", false, "write it")
	return cmd
}

func (s *shell) showPush(c *client, one connection) error {
	var raw json.RawMessage
	if err := c.get(connectionsPath+"/"+url.PathEscape(one.ID)+"/plan", url.Values{"live": {"true"}}, &raw); err != nil {
		return err
	}
	var p plan
	if err := json.Unmarshal(raw, &p); err != nil {
		return fmt.Errorf("reading plan: %w", err)
	}
	return s.print(raw, p.words)
}

func (s *shell) applyPush(ctx context.Context, c *client, one connection) error {
	var p plan
	if err := c.post(connectionsPath+"/"+url.PathEscape(one.ID)+"/plans", map[string]any{}, &p); err != nil {
		return err
	}
	if p.ID == nil {
		return s.showPush(c, one) // which says what was left out, and why
	}
	return s.send(ctx, c, p, nil, false)
}

// send approves a plan as it was shown, waits until what is approved was sent, and says what became of it.
func (s *shell) send(ctx context.Context, c *client, p plan, only []string, despite bool) error {
	if p.Blocked != nil && !despite {
		return fault.New(fault.Conflict, "Plan "+text(p.ID)+" is blocked: "+*p.Blocked,
			"Look at it with `tradepost plans show "+text(p.ID)+"`. If it is meant so: tradepost plans approve "+text(p.ID)+" --despite")
	}
	before, err := newestPush(c)
	if err != nil {
		return err
	}
	held := *c
	held.match = p.ETag
	if err := held.post(plansPath+"/"+url.PathEscape(text(p.ID))+"/approve", map[string]any{"intents": append([]string{}, only...), "despite": despite}, nil); err != nil {
		return err
	}
	sent, err := settled(ctx, c, text(p.ID), before)
	if err != nil {
		return err
	}
	n := sent.Counts
	switch {
	case n.Done == 0 && n.Pending == 0:
		s.exit = exitFailed
	case n.Approved+n.Unknown+n.Rejected > 0:
		s.exit = exitQuarantined
	}
	return s.print(sent, sent.words)
}

// patience is how long a command waits for what it approved; it goes on without the command where Tradepost runs.
const patience = 10 * time.Minute

// settled waits until nothing of a plan is on its way, or the run that sent it ended.
func settled(ctx context.Context, c *client, id, before string) (plan, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		run, err := newestPush(c)
		if err != nil {
			return plan{}, err
		}
		p, err := planWhole(c, id)
		if err != nil || p.Counts.Approved+p.Counts.Sending == 0 || run != before {
			return p, err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return p, nil
		}
	}
}

// newestPush is the id of the newest push run that has ended; "" is none.
func newestPush(c *client) (string, error) {
	var body struct {
		Runs []struct {
			ID    string `json:"id"`
			State string `json:"state"`
		} `json:"runs"`
	}
	if err := c.get("/api/v1/runs", url.Values{"kind": {"push"}, "limit": {"20"}}, &body); err != nil {
		return "", err
	}
	for _, r := range body.Runs {
		if r.State != "running" {
			return r.ID, nil
		}
	}
	return "", nil
}

func (p plan) stands() string {
	var parts []string
	n := p.Counts
	for _, part := range []struct {
		n     int
		words string
	}{{n.Proposed, "wait for you"}, {n.Approved, "approved"}, {n.Sending, "being sent"}, {n.Pending, "the shop works on"}, {n.Unknown, "without an answer yet"},
		{n.Done, "done"}, {n.Rejected, "refused"}, {n.Superseded, "taken off"}} {
		if part.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", part.n, part.words))
		}
	}
	return strings.Join(parts, ", ")
}

func planName(p plan) string {
	if p.ID == nil {
		return "This plan"
	}
	return "Plan " + *p.ID
}

func (p plan) words(out io.Writer) {
	if len(p.Intents) == 0 && p.ID == nil {
		_, _ = fmt.Fprintln(out, "Nothing to write: all is as it should be.")
	} else {
		_, _ = fmt.Fprintf(out, "%s: %s (%s)\n", planName(p), p.Title, p.State)
	}
	for _, w := range p.Warnings {
		_, _ = fmt.Fprintf(out, "  ! %s\n", w)
	}
	if p.Blocked != nil {
		_, _ = fmt.Fprintf(out, "  ! %s\n", *p.Blocked)
	}
	writer := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	for _, i := range p.Intents {
		observed := "?"
		if i.Observed != nil {
			observed = *i.Observed
		}
		_, _ = fmt.Fprintf(writer, "  %s\t%s\t%s\t%s → %s\t%s\t%s\n", text(i.ID), i.Name, i.Operation, observed, i.Wanted, i.State, i.why())
	}
	_ = writer.Flush()
	if stands := p.stands(); stands != "" && p.ID != nil {
		_, _ = fmt.Fprintf(out, "%s.\n", stands)
	}
	if p.ID != nil && p.Counts.Proposed > 0 {
		_, _ = fmt.Fprintf(out, "Write it with: tradepost plans approve %s\n", *p.ID)
	}
}

func (i intent) why() string {
	words := i.Reason
	if i.Warning != nil {
		words += " ! " + *i.Warning
	}
	if i.Problem != nil {
		words += " ! " + i.Problem.Message + " " + i.Problem.Remedy
	}
	return strings.TrimSpace(words)
}
