package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"tradepost/backend/fault"
)

// ruleTarget is what a rule of stock is of, as flags say it.
type ruleTarget struct{ channel, sku, listing string }

func (t *ruleTarget) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&t.channel, "channel", "", "the rule of this channel")
	cmd.Flags().StringVar(&t.sku, "sku", "", "the rule of this product, on every channel")
	cmd.Flags().StringVar(&t.listing, "listing", "", "the rule of this listing, by its SKU there (with --channel where several have it)")
}

// path is where the API has the rule.
func (t ruleTarget) path(c *client) (string, error) {
	const root = "/api/v1/stock-rules/"
	switch {
	case t.listing != "":
		g, err := c.listingNamed(t.listing, t.channel)
		return root + "listing/" + url.PathEscape(g.ID), err
	case t.sku != "":
		v, err := c.stockOf(t.sku)
		return root + "variant/" + url.PathEscape(v.Variant), err
	case t.channel != "":
		id, err := c.channelNamed(t.channel)
		return root + "channel/" + url.PathEscape(id), err
	}
	return root + "all/0", nil
}

// ruleFields are the fields of a rule of stock, with what their flags say.
var ruleFields = []struct{ name, flag, help string }{
	{"buffer", "buffer", "units kept back"},
	{"percent", "percent", "percent of what is available kept back; the largest of all that is kept back counts"},
	{"lag_most", "late", "keep back what sells until news have gone round, but no more than this"},
	{"end_when", "end-when", "offer nothing with so much or less available"},
	{"most", "most", "the most that a listing shows, in its packs"},
	{"master", "master", "of a channel: whose word on stock holds: here, channel, erp (which tells it), or books (their item list)"},
	{"last_units", "last-units", "of all or a product: with so much or less available each listing has a share of its own"},
	{"rank", "rank", "of a channel: the lower, the sooner it has the last ones"},
}

func (s *shell) stockRules() *cobra.Command {
	cmd := &cobra.Command{Use: "rules", Short: "How much of what is available channels may offer", Args: cobra.NoArgs, RunE: group}
	list := &cobra.Command{Use: "list", Short: "List the rules of all, of channels, products and listings", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return s.passOn(cmd, "/api/v1/stock-rules", "rules", []string{"OF", "NAME", "CHANNEL", "RULE"}, []string{"scope", "name", "channel", "words"})
	}}
	cmd.AddCommand(list, s.stockRuleDo("set", "Say how much may be offered: only what flags name is changed, a blank value takes it out", http.MethodPut, "", stockRuleWords),
		s.stockRuleDo("preview", "Work a rule out over its listings, changing nothing", http.MethodPost, "/preview", stockPreviewWords),
		s.stockRuleDo("simulate", "Replay the sales of the last 90 days under a rule, changing nothing", http.MethodPost, "/simulate", simulationWords))
	return cmd
}

// stockRuleDo makes a command that sends the rule there is with what flags change of it.
func (s *shell) stockRuleDo(use, short, method, path string, words func(io.Writer, []byte)) *cobra.Command {
	var target ruleTarget
	var locations, days string
	cmd := &cobra.Command{Use: use, Short: short, Args: cobra.NoArgs}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return s.with(cmd.Context(), method == http.MethodPut, func(c *client) error {
			at, err := target.path(c)
			if err != nil {
				return err
			}
			draft, err := c.ruleDraft(cmd, at, locations)
			if err != nil {
				return err
			}
			if days != "" {
				path += "?days=" + url.QueryEscape(days)
			}
			var raw json.RawMessage
			if err := c.write(method, at+path, draft, &raw); err != nil {
				return err
			}
			return s.print(raw, func(out io.Writer) { words(out, raw) })
		})
	}
	target.flags(cmd)
	for _, f := range ruleFields {
		cmd.Flags().String(f.flag, "", f.help)
	}
	cmd.Flags().StringVar(&locations, "locations", "", "the only locations that count, by name with commas between; all is all of them")
	if path == "/simulate" {
		cmd.Flags().StringVar(&days, "days", "", "how many days back (90)")
	}
	return cmd
}

// ruleDraft is the rule as it is, with what flags change.
func (c *client) ruleDraft(cmd *cobra.Command, at, locations string) (map[string]any, error) {
	var now map[string]any
	if err := c.get(at, nil, &now); err != nil {
		return nil, err
	}
	draft := map[string]any{}
	for _, f := range ruleFields {
		if text, stated := now[f.name].(string); stated {
			draft[f.name] = text
		}
		if cmd.Flags().Changed(f.flag) {
			draft[f.name], _ = cmd.Flags().GetString(f.flag)
		}
	}
	if now["locations"] != nil {
		draft["locations"] = now["locations"]
	}
	if !cmd.Flags().Changed("locations") {
		return draft, nil
	}
	delete(draft, "locations")
	if locations == "" {
		return draft, nil
	}
	ids, err := c.locationIDs(locations)
	draft["locations"] = ids
	return draft, err
}

// locationIDs finds locations by their names; all is none in particular.
func (c *client) locationIDs(names string) ([]string, error) {
	ids := []string{}
	if names == "all" {
		return ids, nil
	}
	var list struct {
		Locations []struct {
			ID   string `json:"id"`
			Name string `json:"name"`
		} `json:"locations"`
	}
	if err := c.get("/api/v1/locations", nil, &list); err != nil {
		return nil, err
	}
	for name := range strings.SplitSeq(names, ",") {
		found := ""
		for _, l := range list.Locations {
			if strings.EqualFold(l.Name, strings.TrimSpace(name)) {
				found = l.ID
			}
		}
		if found == "" {
			return nil, fault.New(fault.NotFound, fmt.Sprintf("There is no location called %q.", strings.TrimSpace(name)), "See the names with: tradepost locations list.").InField("locations")
		}
		ids = append(ids, found)
	}
	return ids, nil
}

func stockRuleWords(out io.Writer, raw []byte) {
	var r struct{ Name, Words string }
	_ = json.Unmarshal(raw, &r)
	_, _ = fmt.Fprintf(out, "%s: %s\n", r.Name, r.Words)
}

func stockPreviewWords(out io.Writer, raw []byte) {
	var p struct {
		Words                                                string
		Listings, Changed, Raised, Lowered, Ended, Untracked int
		Changes                                              []struct {
			Name          string
			Before, After int64
			Steps         []offerStep
		}
	}
	_ = json.Unmarshal(raw, &p)
	writer := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	row(writer, []string{"LISTING", "NOW", "THEN", "WHY"})
	for _, c := range p.Changes {
		row(writer, []string{c.Name, fmt.Sprint(c.Before), fmt.Sprint(c.After), stepWords(c.Steps)})
	}
	_ = writer.Flush()
	_, _ = fmt.Fprintf(out, "%s: %d of %d listings would show something else, %d more and %d less, %d of them nothing; %d are not tracked.\n", p.Words, p.Changed, p.Listings,
		p.Raised, p.Lowered, p.Ended, p.Untracked)
}

// offerStep is one line of why a listing shows what it shows.
type offerStep struct {
	Kind  string      `json:"kind"`
	Words string      `json:"words"`
	Left  json.Number `json:"left"`
}

// stepWords says steps in one line.
func stepWords(steps []offerStep) string {
	var all []string
	for _, step := range steps {
		switch step.Kind {
		case "available":
			all = append(all, string(step.Left)+" available: "+step.Words)
		case "master":
			all = append(all, step.Words)
		default:
			all = append(all, step.Words+" → "+string(step.Left))
		}
	}
	return strings.Join(all, "; ")
}

func simulationWords(out io.Writer, raw []byte) {
	type counts struct{ Sales, Oversold, Lost, Spare int }
	var sim struct {
		Words         string
		Days          int
		Before, After counts
		Variants      []struct {
			Name          string
			Before, After counts
		}
	}
	_ = json.Unmarshal(raw, &sim)
	writer := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	row(writer, []string{"PRODUCT", "SALES", "OVERSOLD NOW", "THEN", "LOST NOW", "THEN"})
	line := func(name string, before, after counts) {
		row(writer, []string{name, fmt.Sprint(before.Sales), fmt.Sprint(before.Oversold), fmt.Sprint(after.Oversold), fmt.Sprint(before.Lost), fmt.Sprint(after.Lost)})
	}
	for _, v := range sim.Variants {
		line(v.Name, v.Before, v.After)
	}
	line("all", sim.Before, sim.After)
	_ = writer.Flush()
	_, _ = fmt.Fprintf(out, "%s, over %d days: %d oversold instead of %d, %d sales lost instead of %d.\n", sim.Words, sim.Days, sim.After.Oversold, sim.Before.Oversold,
		sim.After.Lost, sim.Before.Lost)
}
