package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"tradepost/backend/fault"
)

// listing is the part of a listing that commands say in words.
type listing struct {
	ID          string       `json:"id"`
	Channel     string       `json:"channel"`
	SKU         string       `json:"sku"`
	Title       string       `json:"title"`
	Pack        json.Number  `json:"pack"`
	Ignored     *string      `json:"ignored"`
	Orders      int          `json:"orders"`
	Variant     *soldVariant `json:"variant"`
	Suggestions []struct {
		Variant soldVariant `json:"variant"`
		Sure    string      `json:"sure"`
		Why     string      `json:"why"`
		Pack    int         `json:"pack"`
	} `json:"suggestions"`
	Wanted *struct {
		Price    *string `json:"price"`
		Currency *string `json:"currency"`
		Why      string  `json:"why"`
	} `json:"wanted"`
}

type soldVariant struct {
	ID    string `json:"id"`
	SKU   string `json:"sku"`
	Title string `json:"title"`
}

func (s *shell) listings() *cobra.Command {
	cmd := &cobra.Command{Use: "listings", Short: "What the channels offer, and which products they are", Args: cobra.NoArgs, RunE: group}
	cmd.AddCommand(s.listingsList(), s.listingsSuggest(), s.listingsLink(), s.listingsLinkAll(),
		s.listingStep("unlink LISTING", "Take a listing's link away", "unlink", "unlinked %s\n"), s.listingsIgnore(),
		s.listingStep("restore LISTING", "Bring an ignored listing back", "restore", "%s is back among those that wait\n"))
	return cmd
}

// of adds the flags that say which page of which channel's listings is meant.
func ofChannel(cmd *cobra.Command, channel, after *string, limit *int) {
	flags := cmd.Flags()
	flags.StringVar(channel, "channel", "", "only this channel")
	flags.StringVar(after, "after", "", "go on after the page that ended with this next")
	flags.IntVar(limit, "limit", 50, "how many at most (1000)")
}

func pageOf(channel, after string, limit int) url.Values {
	query := url.Values{"limit": {strconv.Itoa(limit)}}
	for name, value := range map[string]string{"channel": channel, "after": after} {
		if value != "" {
			query.Set(name, value)
		}
	}
	return query
}

func (s *shell) listingsList() *cobra.Command {
	var channel, after string
	var limit int
	var unlinked, ignored bool
	cmd := &cobra.Command{Use: "list", Short: "List listings", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		query := pageOf(channel, after, limit)
		if unlinked {
			query.Set("state", "unlinked")
		} else if ignored {
			query.Set("state", "ignored")
		}
		return s.with(cmd.Context(), false, func(c *client) error { return s.showListings(c, "/api/v1/listings", query, listingWords) })
	}}
	ofChannel(cmd, &channel, &after, &limit)
	cmd.Flags().BoolVar(&unlinked, "unlinked", false, "only those that wait for a link")
	cmd.Flags().BoolVar(&ignored, "ignored", false, "only those that are not to be linked")
	return cmd
}

func (s *shell) showListings(c *client, path string, query url.Values, words func(io.Writer, listing)) error {
	var raw json.RawMessage
	if err := c.get(path, query, &raw); err != nil {
		return err
	}
	var body struct {
		Listings []listing `json:"listings"`
		Next     *string   `json:"next"`
	}
	if err := json.Unmarshal(raw, &body); err != nil {
		return fmt.Errorf("reading the list: %w", err)
	}
	return s.print(raw, func(out io.Writer) {
		table := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
		row(table, []string{"ID", "CHANNEL", "SKU", "TITLE", "ORDERS", "PRODUCT"})
		for _, g := range body.Listings {
			words(table, g)
		}
		_ = table.Flush()
		if body.Next != nil {
			_, _ = fmt.Fprintf(out, "More: --after %s\n", *body.Next)
		}
	})
}

func listingWords(out io.Writer, g listing) {
	product := "not linked"
	switch {
	case g.Variant != nil && g.Pack != "1":
		product = g.Variant.SKU + " × " + string(g.Pack)
	case g.Variant != nil:
		product = g.Variant.SKU
	case g.Ignored != nil:
		product = "ignored: " + *g.Ignored
	}
	row(out, []string{g.ID, g.Channel, g.SKU, g.Title, strconv.Itoa(g.Orders), product})
}

func suggestionWords(out io.Writer, g listing) {
	product := "no suggestion"
	if len(g.Suggestions) > 0 {
		f := g.Suggestions[0]
		product = f.Variant.SKU
		if f.Pack > 1 {
			product += " × " + strconv.Itoa(f.Pack)
		}
		product += " (" + f.Sure + ": " + f.Why + ")"
	}
	row(out, []string{g.ID, g.Channel, g.SKU, g.Title, strconv.Itoa(g.Orders), product})
}

func (s *shell) listingsSuggest() *cobra.Command {
	var channel, after string
	var limit int
	cmd := &cobra.Command{Use: "suggest", Short: "List what waits, with the products that it may be", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return s.with(cmd.Context(), false, func(c *client) error {
			return s.showListings(c, "/api/v1/listings/suggestions", pageOf(channel, after, min(limit, 200)), suggestionWords)
		})
	}}
	ofChannel(cmd, &channel, &after, &limit)
	return cmd
}

// listingNamed finds a listing by its id or the channel's SKU.
func (c *client) listingNamed(name, channel string) (listing, error) {
	query := url.Values{"sku": {name}, "limit": {"3"}}
	if channel != "" {
		query.Set("channel", channel)
	}
	var body struct {
		Listings []listing `json:"listings"`
	}
	if err := c.get("/api/v1/listings", query, &body); err != nil {
		return listing{}, err
	}
	switch len(body.Listings) {
	case 1:
		return body.Listings[0], nil
	case 0:
		var g listing
		if strings.Trim(name, "0123456789") != "" {
			return g, fault.New(fault.NotFound, fmt.Sprintf("No listing has the SKU %q.", name), "See them with: tradepost listings list.")
		}
		return g, c.get("/api/v1/listings/"+name, nil, &g)
	}
	var at []string
	for _, g := range body.Listings {
		at = append(at, g.ID+" ("+g.Channel+")")
	}
	return listing{}, fault.New(fault.Invalid, fmt.Sprintf("Several listings have the SKU %q: %s.", name, strings.Join(at, ", ")), "Name one by its id, or its channel with --channel.").InField("listing")
}

// variantNamed finds a variant by its SKU.
func (c *client) variantNamed(sku string) (v soldVariant, err error) {
	var body struct {
		Variants []soldVariant `json:"variants"`
	}
	if err := c.get("/api/v1/variants", url.Values{"sku": {sku}}, &body); err != nil {
		return v, err
	}
	switch len(body.Variants) {
	case 1:
		return body.Variants[0], nil
	case 0:
		return v, fault.New(fault.NotFound, fmt.Sprintf("No product has the SKU %q.", sku), "See them with: tradepost products list --search ....")
	}
	return v, fault.New(fault.Conflict, fmt.Sprintf("Several products have the SKU %q.", sku), "Give one of them another SKU, or merge them in the window.")
}

func (s *shell) listingsLink() *cobra.Command {
	var channel, pack string
	cmd := &cobra.Command{Use: "link LISTING SKU", Short: "Say which product a listing is", Args: cobra.ExactArgs(2), RunE: func(cmd *cobra.Command, args []string) error {
		return s.with(cmd.Context(), true, func(c *client) error {
			g, err := c.listingNamed(args[0], channel)
			if err != nil {
				return err
			}
			v, err := c.variantNamed(args[1])
			if err != nil {
				return err
			}
			var done json.RawMessage
			if err := c.post("/api/v1/listings/"+g.ID+"/link", map[string]string{"variant": v.ID, "pack": pack}, &done); err != nil {
				return err
			}
			return s.print(done, func(out io.Writer) { _, _ = fmt.Fprintf(out, "%s of %s is %s now\n", args[0], g.Channel, v.SKU) })
		})
	}}
	cmd.Flags().StringVar(&channel, "channel", "", "the listing's channel, where several have its SKU")
	cmd.Flags().StringVar(&pack, "pack", "", "how many pieces one sale takes (default: as it is)")
	return cmd
}

// linkPlan is the part of a plan that commands say in words.
type linkPlan struct {
	ID    string `json:"id"`
	Count int    `json:"count"`
	Links []struct {
		Listing listing     `json:"listing"`
		Variant soldVariant `json:"variant"`
		Why     string      `json:"why"`
	} `json:"links"`
}

func (s *shell) listingsLinkAll() *cobra.Command {
	var channel, sure string
	var apply bool
	cmd := &cobra.Command{Use: "link-all", Short: "Plan to link all that match by their codes; with --apply, do it", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return s.with(cmd.Context(), true, func(c *client) error {
				var raw json.RawMessage
				if err := c.post("/api/v1/link-plans", map[string]string{"sure": sure, "channel": channel}, &raw); err != nil {
					return err
				}
				var plan linkPlan
				if err := json.Unmarshal(raw, &plan); err != nil {
					return fmt.Errorf("reading the plan: %w", err)
				}
				if !apply {
					return s.print(raw, func(out io.Writer) { planWords(out, plan) })
				}
				var done struct {
					Run     string `json:"run"`
					Changed int    `json:"changed"`
					Left    int    `json:"left"`
				}
				if err := c.post("/api/v1/link-plans/"+plan.ID+"/apply", nil, &done); err != nil {
					return err
				}
				return s.print(done, func(out io.Writer) {
					_, _ = fmt.Fprintf(out, "run %s: %d linked, %d left\n", done.Run, done.Changed, done.Left)
				})
			})
		}}
	cmd.Flags().StringVar(&channel, "channel", "", "only this channel")
	cmd.Flags().StringVar(&sure, "sure", "exact", "exact (the same SKU or GTIN) or likely (also the same SKU but for how it is written)")
	cmd.Flags().BoolVar(&apply, "apply", false, "carry it out")
	return cmd
}

func planWords(out io.Writer, plan linkPlan) {
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	row(table, []string{"CHANNEL", "LISTING", "PRODUCT", "WHY"})
	for _, l := range plan.Links {
		name := l.Listing.SKU
		if name == "" {
			name = l.Listing.Title
		}
		row(table, []string{l.Listing.Channel, name, l.Variant.SKU, l.Why})
	}
	_ = table.Flush()
	_, _ = fmt.Fprintf(out, "%d would be linked. Do it with --apply.\n", plan.Count)
}

// listingStep makes a command that does one thing with one listing.
func (s *shell) listingStep(use, short, step, words string) *cobra.Command {
	return s.listingDo(use, short, step, words, func() any { return nil })
}

func (s *shell) listingDo(use, short, step, words string, body func() any) *cobra.Command {
	var channel string
	cmd := &cobra.Command{Use: use, Short: short, Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return s.with(cmd.Context(), true, func(c *client) error {
			g, err := c.listingNamed(args[0], channel)
			if err != nil {
				return err
			}
			var done json.RawMessage
			if err := c.post("/api/v1/listings/"+g.ID+"/"+step, body(), &done); err != nil {
				return err
			}
			return s.print(done, func(out io.Writer) { _, _ = fmt.Fprintf(out, words, args[0]) })
		})
	}}
	cmd.Flags().StringVar(&channel, "channel", "", "the listing's channel, where several have its SKU")
	return cmd
}

func (s *shell) listingsIgnore() *cobra.Command {
	var reason string
	cmd := s.listingDo("ignore LISTING", "Say that a listing is nothing to link", "ignore", "%s waits no more\n", func() any { return map[string]string{"reason": reason} })
	cmd.Flags().StringVar(&reason, "reason", "", "why: a gift card, a service")
	_ = cmd.MarkFlagRequired("reason")
	return cmd
}
