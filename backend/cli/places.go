package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"tradepost/backend/fault"
)

func (s *shell) locations() *cobra.Command {
	cmd := &cobra.Command{Use: "locations", Short: "Where stock lies", Args: cobra.NoArgs, RunE: group}
	list := &cobra.Command{Use: "list", Short: "List locations, in the order in which orders are routed to them", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return s.passOn(cmd, "/api/v1/locations", "locations", []string{"NAME", "CHANNEL", "RANK", "ACTIVE", "USUAL", "SERVES"},
			[]string{"name", "channel", "rank", "active", "default", "serves"})
	}}
	cmd.AddCommand(list, s.locationsAdd(), s.locationsSet())
	return cmd
}

// locationFlags are what is known of a location.
type locationFlags struct {
	rename, line1, line2, city, region, postalCode, country, moveTo, channel string
	rank                                                                     int
	open, closed, usual                                                      bool
	serves, places                                                           []string
}

func (f *locationFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.IntVar(&f.rank, "rank", 0, "the lower, the sooner orders are routed to it")
	flags.StringVar(&f.line1, "line1", "", "its street")
	flags.StringVar(&f.line2, "line2", "", "more of its street")
	flags.StringVar(&f.city, "city", "", "its town")
	flags.StringVar(&f.region, "region", "", "its state or region")
	flags.StringVar(&f.postalCode, "postal-code", "", "its postal code")
	flags.StringVar(&f.country, "country", "", "its country (DE)")
	flags.StringSliceVar(&f.serves, "serves", nil, "countries and regions that it is near to: DE,US-CA")
	flags.StringSliceVar(&f.places, "place", nil, "a place of a connection that is this location: CONNECTION=PLACE, by their ids")
	flags.BoolVar(&f.usual, "default", false, "it is meant where no location is named")
}

// body is what was stated by flags.
func (f *locationFlags) body(cmd *cobra.Command) (map[string]any, error) {
	body := map[string]any{}
	stated := cmd.Flags().Changed
	for name, value := range map[string]any{"rank": f.rank, "serves": f.serves, "default": f.usual} {
		if stated(name) {
			body[name] = value
		}
	}
	address := map[string]any{}
	for name, value := range map[string]string{"line1": f.line1, "line2": f.line2, "city": f.city, "region": f.region, "postal-code": f.postalCode, "country": f.country} {
		if stated(name) {
			address[strings.ReplaceAll(name, "-", "_")] = value
		}
	}
	if len(address) > 0 {
		body["address"] = address
	}
	if stated("place") {
		places := []map[string]string{}
		for _, p := range f.places {
			connection, place, found := strings.Cut(p, "=")
			if !found && p != "" {
				return nil, usageError{"--place is CONNECTION=PLACE"}
			}
			if found {
				places = append(places, map[string]string{"connection": connection, "place": place})
			}
		}
		body["places"] = places
	}
	return body, nil
}

func (s *shell) locationsAdd() *cobra.Command {
	var f locationFlags
	cmd := &cobra.Command{Use: "add NAME", Short: "Add a location", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		body, err := f.body(cmd)
		if err != nil {
			return err
		}
		body["name"] = args[0]
		return s.with(cmd.Context(), false, func(c *client) error {
			if f.channel != "" {
				if body["channel"], err = c.channelNamed(f.channel); err != nil {
					return err
				}
			}
			var raw json.RawMessage
			if err := c.post("/api/v1/locations", body, &raw); err != nil {
				return err
			}
			return s.print(raw, func(out io.Writer) { _, _ = fmt.Fprintf(out, "Added %s.\n", args[0]) })
		})
	}}
	f.add(cmd)
	cmd.Flags().StringVar(&f.channel, "channel", "", "the channel that keeps this stock and ships it itself")
	return cmd
}

// located is a location as the API says it.
type located struct {
	ID      string         `json:"id"`
	ETag    string         `json:"etag"`
	Name    string         `json:"name"`
	Address map[string]any `json:"address"`
}

func (c *client) locationNamed(name string) (l located, err error) {
	var list struct {
		Locations []located `json:"locations"`
	}
	if err := c.get("/api/v1/locations", nil, &list); err != nil {
		return l, err
	}
	for _, each := range list.Locations {
		if strings.EqualFold(each.Name, name) {
			return each, nil
		}
	}
	return l, fault.New(fault.NotFound, fmt.Sprintf("There is no location %s.", name), "See the names with: tradepost locations list.").InField("location")
}

func (s *shell) locationsSet() *cobra.Command {
	var f locationFlags
	cmd := &cobra.Command{Use: "set NAME", Short: "Change what is known of a location, open or close it", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		body, err := f.body(cmd)
		if err != nil {
			return err
		}
		if f.open && f.closed {
			return usageError{"--open or --close, not both"}
		}
		if f.open || f.closed {
			body["active"] = f.open
		}
		for name, value := range map[string]string{"name": f.rename, "move_to": f.moveTo} {
			if value != "" {
				body[name] = value
			}
		}
		return s.with(cmd.Context(), false, func(c *client) error { return s.setLocation(c, args[0], body) })
	}}
	f.add(cmd)
	cmd.Flags().StringVar(&f.rename, "name", "", "its new name")
	cmd.Flags().BoolVar(&f.open, "open", false, "open it again")
	cmd.Flags().BoolVar(&f.closed, "close", false, "close it: nothing new is reserved there")
	cmd.Flags().StringVar(&f.moveTo, "move-to", "", "with --close: where all that lies there goes")
	return cmd
}

func (s *shell) setLocation(c *client, name string, body map[string]any) error {
	l, err := c.locationNamed(name)
	if err != nil {
		return err
	}
	if stated, some := body["address"].(map[string]any); some { // what is not stated stays
		for field, value := range l.Address {
			if _, known := stated[field]; !known {
				stated[field] = value
			}
		}
	}
	c.match = l.ETag
	var raw json.RawMessage
	if err := c.write(http.MethodPatch, "/api/v1/locations/"+url.PathEscape(l.ID), body, &raw); err != nil {
		return err
	}
	var done struct {
		Transfer *string `json:"transfer"`
	}
	_ = json.Unmarshal(raw, &done)
	return s.print(raw, func(out io.Writer) {
		_, _ = fmt.Fprintf(out, "Changed %s.\n", name)
		if done.Transfer != nil {
			_, _ = fmt.Fprintf(out, "What lay there went by transfer %s.\n", *done.Transfer)
		}
	})
}

// routed is where an order is sent from, as the API says it.
type routed struct {
	Words string `json:"words"`
	Lines []struct {
		SKU      string      `json:"sku"`
		Location *string     `json:"location"`
		Kept     json.Number `json:"kept"`
		Waits    json.Number `json:"waits"`
	} `json:"lines"`
	Options []struct {
		Location string `json:"location"`
		Lines    int    `json:"lines"`
		Having   int    `json:"having"`
	} `json:"options"`
}

func (r routed) words(out io.Writer) {
	if r.Words != "" {
		_, _ = fmt.Fprintln(out, r.Words)
	}
	if len(r.Lines) == 0 {
		_, _ = fmt.Fprintln(out, "Nothing of this order waits to be sent from a location of yours.")
	}
	for _, l := range r.Lines {
		where := "waits for stock"
		if l.Location != nil {
			where = "kept at " + *l.Location
		}
		_, _ = fmt.Fprintf(out, "  %s  %s %s\n", l.SKU, l.Kept, where)
	}
	for _, o := range r.Options {
		_, _ = fmt.Fprintf(out, "%s has %d of %d lines.\n", o.Location, o.Having, o.Lines)
	}
}

func (s *shell) ordersRoute() *cobra.Command {
	var channel, to string
	cmd := &cobra.Command{Use: "route NUMBER", Short: "Say where an order is sent from and why, or send it from another location", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.with(cmd.Context(), false, func(c *client) error {
				id, err := c.orderNumbered(args[0], channel)
				if err != nil {
					return err
				}
				path := "/api/v1/orders/" + url.PathEscape(id) + "/route"
				var raw json.RawMessage
				if to == "" {
					var r routed
					if err := c.get(path, nil, &raw); err != nil {
						return err
					}
					return s.print(raw, func(out io.Writer) { _ = json.Unmarshal(raw, &r); r.words(out) })
				}
				if err := c.post(path, map[string]string{"location": to}, &raw); err != nil {
					return err
				}
				var done struct {
					Run   string `json:"run"`
					Route routed `json:"route"`
				}
				return s.print(raw, func(out io.Writer) {
					_ = json.Unmarshal(raw, &done)
					done.Route.words(out)
					_, _ = fmt.Fprintf(out, "Take it back with: tradepost runs undo %s\n", done.Run)
				})
			})
		}}
	cmd.Flags().StringVar(&channel, "channel", "", "the order's channel, where several have the number")
	cmd.Flags().StringVar(&to, "to", "", "the location to send it from")
	return cmd
}

// orderNumbered finds the one order with a number.
func (c *client) orderNumbered(number, channel string) (string, error) {
	query := url.Values{"number": {number}, "limit": {"20"}}
	if channel != "" {
		query.Set("channel", channel)
	}
	var body struct {
		Orders []json.RawMessage `json:"orders"`
	}
	if err := c.get("/api/v1/orders", query, &body); err != nil {
		return "", err
	}
	raw, _, err := only(number, body.Orders)
	return answered[struct {
		ID string `json:"id"`
	}](raw).ID, err
}
