package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"

	"github.com/spf13/cobra"

	"tradepost/backend/channel"
	"tradepost/backend/fault"
)

// synced is what one look did or would do, as commands show it.
type synced struct {
	Run         string `json:"run"`
	State       string `json:"state"`
	Stream      string `json:"stream"`
	Pulled      int    `json:"pulled"`
	New         int    `json:"new"`
	Changed     int    `json:"changed"`
	Same        int    `json:"same"`
	Skipped     int    `json:"skipped"`
	Quarantined int    `json:"quarantined"`
	Gone        int    `json:"gone"`
	Plan        *struct {
		Adopted int  `json:"adopted"`
		More    bool `json:"more"`
		Rows    []struct {
			Item     string `json:"item"`
			Name     string `json:"name"`
			Verdict  string `json:"verdict"`
			Adopted  bool   `json:"adopted"`
			Problems []struct {
				Message string `json:"message"`
				Remedy  string `json:"remedy"`
			} `json:"problems"`
		} `json:"rows"`
	} `json:"plan"`
}

// syncRequest asks for a look, as the API takes it.
type syncRequest struct {
	Stream     string `json:"stream"`
	Full       bool   `json:"full,omitempty"`
	Since      string `json:"since,omitempty"`
	AcceptGone bool   `json:"accept_gone,omitempty"`
	Plan       bool   `json:"plan,omitempty"`
}

func (s *shell) sync() *cobra.Command {
	var want syncRequest
	cmd := &cobra.Command{Use: "sync NAME", Short: "Look at a connection now", Args: cobra.ExactArgs(1), ValidArgsFunction: s.completeConnections,
		Long: "Pulls what changed, one stream after the other: products, stock, customers, orders. With --json it answers with one object\n" +
			"for each stream, one a line. A stream that fails does not keep the others, unless the shop does not answer at all.",
		Example: "  tradepost sync Shop --stream orders\n" +
			"  tradepost sync Shop --since 2026-03-01       # pull again what changed from then on\n" +
			"  tradepost sync Shop --full                   # compare everything, find what is gone",
		RunE: func(cmd *cobra.Command, args []string) error {
			if want.Since != "" && want.Full {
				return usageError{"--since and --full cannot be used together"}
			}
			return s.with(cmd.Context(), true, func(c *client) error { return s.syncNamed(c, args[0], want) })
		}}
	flags := cmd.Flags()
	flags.StringVar(&want.Stream, "stream", "", "only orders, products, stock or customers (default: all that the connection has)")
	flags.StringVar(&want.Since, "since", "", "pull again what changed since a date or an instant")
	flags.BoolVar(&want.Full, "full", false, "compare everything, and find what is gone")
	flags.BoolVar(&want.AcceptGone, "accept-gone", false, "with --full: what is gone is gone, however much it is")
	flags.BoolVar(&want.Plan, "plan", false, "say what it would do, and keep nothing")
	_ = cmd.RegisterFlagCompletionFunc("stream", cobra.FixedCompletions([]string{"orders", "products", "stock", "customers"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func (s *shell) syncNamed(c *client, name string, want syncRequest) error {
	one, err := connectionNamed(c, name)
	if err != nil {
		return err
	}
	streams := []string{want.Stream}
	if want.Stream == "" {
		if streams, err = streamsOf(c, one); err != nil {
			return err
		}
	}
	var errs []error
	for _, stream := range streams {
		want.Stream = stream
		err := s.syncStream(c, one, want)
		errs = append(errs, err)
		if ofAll(err) {
			break
		}
	}
	return errors.Join(errs...)
}

// ofAll reports whether trouble with one stream is trouble with all: nobody needs to wait for it again and again.
func ofAll(err error) bool {
	return err != nil && slices.Contains([]fault.Code{fault.Auth, fault.Unavailable, fault.RateLimited, fault.Retired, fault.Cancelled}, fault.Of(err).Code)
}

// streamsOf lists what a connection pulls, in the order in which streams need each other.
func streamsOf(c *client, one connection) ([]string, error) {
	var body struct {
		Syncs []struct {
			Stream string `json:"stream"`
		} `json:"syncs"`
	}
	if err := c.get(connectionsPath+"/"+url.PathEscape(one.ID)+"/syncs", nil, &body); err != nil {
		return nil, err
	}
	var streams []string
	for _, stream := range channel.Streams {
		for _, at := range body.Syncs {
			if at.Stream == string(stream) {
				streams = append(streams, at.Stream)
			}
		}
	}
	return streams, nil
}

func (s *shell) syncStream(c *client, one connection, want syncRequest) error {
	var raw json.RawMessage
	if err := c.post(connectionsPath+"/"+url.PathEscape(one.ID)+"/sync?wait=true", want, &raw); err != nil {
		return err
	}
	var did synced
	if err := json.Unmarshal(raw, &did); err != nil {
		return fmt.Errorf("reading sync: %w", err)
	}
	s.exit = max(s.exit, did.exit())
	return s.print(raw, did.words)
}

func (d synced) exit() int {
	switch {
	case d.State == "planned":
		return exitDone
	case d.Quarantined > 0:
		return exitQuarantined
	}
	return exitOf(run{State: d.State})
}

func (d synced) words(out io.Writer) {
	if d.Plan != nil {
		d.plannedWords(out)
		return
	}
	_, _ = fmt.Fprintf(out, "%-9s run %s: %d looked at, %d new, %d changed, %d same", d.Stream, d.Run, d.Pulled, d.New, d.Changed, d.Same)
	for _, more := range []struct {
		n     int
		words string
	}{{d.Skipped, "skipped"}, {d.Gone, "gone"}, {d.Quarantined, "in quarantine"}} {
		if more.n > 0 {
			_, _ = fmt.Fprintf(out, ", %d %s", more.n, more.words)
		}
	}
	_, _ = fmt.Fprintln(out)
	if d.Quarantined > 0 {
		_, _ = fmt.Fprintln(out, "          See: tradepost quarantine list")
	}
}

func (d synced) plannedWords(out io.Writer) {
	_, _ = fmt.Fprintf(out, "%s: %d looked at; would be %d new, %d changed, %d same, %d skipped, %d in quarantine. Nothing is written.\n",
		d.Stream, d.Pulled, d.New, d.Changed, d.Same, d.Skipped, d.Quarantined)
	if d.Plan.Adopted > 0 {
		_, _ = fmt.Fprintf(out, "  %d came in by files already and stay one order each\n", d.Plan.Adopted)
	}
	for _, r := range d.Plan.Rows {
		_, _ = fmt.Fprintf(out, "  %-8s %s\n", r.Verdict, r.Name)
		for _, p := range r.Problems {
			_, _ = fmt.Fprintf(out, "           %s %s\n", p.Message, p.Remedy)
		}
	}
	if d.Plan.More {
		_, _ = fmt.Fprintln(out, "  There is more at the vendor than was looked at.")
	}
}
