package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"tradepost/backend/fault"
)

const connectionsPath = "/api/v1/connections"

// connection is the part of a connection that commands show.
type connection struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Connector string `json:"connector"`
	Vendor    string `json:"vendor"`
	Channel   struct {
		Name string `json:"name"`
	} `json:"channel"`
	Account struct {
		Name      string   `json:"name"`
		URL       string   `json:"url"`
		Currency  string   `json:"currency"`
		Zone      string   `json:"zone"`
		Rights    []string `json:"rights"`
		Version   string   `json:"version"`
		Notes     []string `json:"notes"`
		Locations []string `json:"locations"`
	} `json:"account"`
	Paused bool   `json:"paused"`
	State  string `json:"state"`
	Words  string `json:"words"`
	Remedy string `json:"remedy"`
}

type connectionList struct {
	Connections []connection `json:"connections"`
}

func connectionsOf(c *client) ([]connection, error) {
	var body connectionList
	err := c.get(connectionsPath, nil, &body)
	return body.Connections, err
}

// named finds a connection by its name, whatever the case, or its id.
func named(all []connection, nameOrID string) (connection, bool) {
	for _, one := range all {
		if strings.EqualFold(one.Name, nameOrID) || one.ID == nameOrID {
			return one, true
		}
	}
	return connection{}, false
}

// connectionNamed finds a connection, or says which there are.
func connectionNamed(c *client, nameOrID string) (connection, error) {
	all, err := connectionsOf(c)
	if err != nil {
		return connection{}, err
	}
	if one, found := named(all, nameOrID); found {
		return one, nil
	}
	return connection{}, fault.New(fault.NotFound, "There is no connection “"+nameOrID+"”.", "See: tradepost connections")
}

func (s *shell) connections() *cobra.Command {
	cmd := &cobra.Command{Use: "connections", Short: "The live connections, and how each stands", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return s.with(cmd.Context(), false, func(c *client) error {
				var raw json.RawMessage
				if err := c.get(connectionsPath, nil, &raw); err != nil {
					return err
				}
				var body connectionList
				if err := json.Unmarshal(raw, &body); err != nil {
					return fmt.Errorf("reading connections: %w", err)
				}
				return s.print(raw, body.words)
			})
		}}
	cmd.AddCommand(s.connectionStep("pause", "Look no more until it is resumed", "paused; what came in stays"),
		s.connectionStep("resume", "Look again on its schedule", "resumed"), s.connectionRemove())
	return cmd
}

func (l connectionList) words(out io.Writer) {
	if len(l.Connections) == 0 {
		_, _ = fmt.Fprintln(out, "Nothing is connected yet. See: tradepost connectors")
		return
	}
	writer := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	row(writer, []string{"NAME", "OF", "CHANNEL", "STATE", "WORDS"})
	for _, one := range l.Connections {
		row(writer, []string{one.Name, one.Vendor, one.Channel.Name, strings.ReplaceAll(one.State, "_", " "), strings.TrimSpace(one.Words + " " + one.Remedy)})
	}
	_ = writer.Flush()
}

func (s *shell) connectionStep(step, short, done string) *cobra.Command {
	return &cobra.Command{Use: step + " NAME", Short: short, Args: cobra.ExactArgs(1), ValidArgsFunction: s.completeConnections,
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.with(cmd.Context(), false, func(c *client) error {
				one, err := connectionNamed(c, args[0])
				if err != nil {
					return err
				}
				var raw json.RawMessage
				if err := c.post(connectionsPath+"/"+url.PathEscape(one.ID)+"/"+step, nil, &raw); err != nil {
					return err
				}
				return s.print(raw, func(out io.Writer) { _, _ = fmt.Fprintf(out, "%s is %s\n", one.Name, done) })
			})
		}}
}

func (s *shell) connectionRemove() *cobra.Command {
	return &cobra.Command{Use: "remove NAME", Short: "Remove a connection with its schedules and secrets", Args: cobra.ExactArgs(1), ValidArgsFunction: s.completeConnections,
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.with(cmd.Context(), false, func(c *client) error {
				one, err := connectionNamed(c, args[0])
				if err != nil {
					return err
				}
				if err := c.remove(connectionsPath + "/" + url.PathEscape(one.ID)); err != nil {
					return err
				}
				return s.print(map[string]string{"removed": one.ID}, func(out io.Writer) {
					_, _ = fmt.Fprintf(out, "%s is removed, with its schedules and secrets; channel %s and all that came in stay\n", one.Name, one.Channel.Name)
				})
			})
		}}
}

func (s *shell) check() *cobra.Command {
	return &cobra.Command{Use: "check NAME", Short: "Sign in with a connection, and say whose account it is", Args: cobra.ExactArgs(1), ValidArgsFunction: s.completeConnections,
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.with(cmd.Context(), false, func(c *client) error {
				one, err := connectionNamed(c, args[0])
				if err != nil {
					return err
				}
				var raw json.RawMessage
				if err := c.post(connectionsPath+"/"+url.PathEscape(one.ID)+"/check", nil, &raw); err != nil {
					return err
				}
				return s.printConnection(raw, connection.checked)
			})
		}}
}

// printConnection answers with a connection.
func (s *shell) printConnection(raw json.RawMessage, words func(connection, io.Writer)) error {
	var one connection
	if err := json.Unmarshal(raw, &one); err != nil {
		return fmt.Errorf("reading connection: %w", err)
	}
	return s.print(raw, func(out io.Writer) { words(one, out) })
}

func (one connection) checked(out io.Writer) {
	a := one.Account
	_, _ = fmt.Fprintf(out, "%s opens %s: %s\n", one.Name, one.Vendor, a.Name)
	for _, fact := range [][2]string{{"address", a.URL}, {"version", a.Version}, {"currency", a.Currency}, {"time zone", a.Zone},
		{"locations", strings.Join(a.Locations, ", ")}, {"rights", strings.Join(a.Rights, ", ")}} {
		if fact[1] != "" {
			_, _ = fmt.Fprintf(out, "  %-10s %s\n", fact[0], fact[1])
		}
	}
	for _, note := range a.Notes {
		_, _ = fmt.Fprintf(out, "  %s\n", note)
	}
}

// completeConnections names the connections for the shell.
func (s *shell) completeConnections(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var names []string
	err := s.with(cmd.Context(), false, func(c *client) error {
		all, err := connectionsOf(c)
		for _, one := range all {
			names = append(names, one.Name+"\t"+one.Vendor)
		}
		return err
	})
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
