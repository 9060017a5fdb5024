package cli

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"tradepost/backend/channel"
	"tradepost/backend/fault"
)

// connectionDraft is a connection as the API takes it.
type connectionDraft struct {
	Connector    string            `json:"connector"`
	Name         string            `json:"name"`
	Channel      string            `json:"channel,omitempty"`
	Options      map[string]string `json:"options"`
	Secrets      map[string]string `json:"secrets"`
	Approval     string            `json:"approval,omitempty"`
	ApprovalSize int               `json:"approval_size,omitempty"`
	Since        string            `json:"since,omitempty"`
}

func (s *shell) connectors() *cobra.Command {
	return &cobra.Command{Use: "connectors", Short: "The systems that can be connected", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return s.with(cmd.Context(), false, func(c *client) error {
			var raw json.RawMessage
			if err := c.get("/api/v1/connectors", nil, &raw); err != nil {
				return err
			}
			var body struct {
				Connectors []struct {
					ID      string `json:"id"`
					Name    string `json:"name"`
					API     string `json:"api"`
					Summary string `json:"summary"`
				} `json:"connectors"`
			}
			if err := json.Unmarshal(raw, &body); err != nil {
				return fmt.Errorf("reading connectors: %w", err)
			}
			return s.print(raw, func(out io.Writer) {
				writer := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
				row(writer, []string{"ID", "NAME", "INTERFACE", "WHAT"})
				for _, one := range body.Connectors {
					row(writer, []string{one.ID, one.Name, one.API, one.Summary})
				}
				_ = writer.Flush()
				_, _ = fmt.Fprintln(out, "What each asks for: tradepost connect ID --help")
			})
		})
	}}
}

// connect has a command for each connector, whose help is made of its manifest.
func (s *shell) connect() *cobra.Command {
	cmd := &cobra.Command{Use: "connect CONNECTOR NAME", Short: "Connect a shop: check the settings, then keep them", Args: cobra.ArbitraryArgs,
		Long: "Connects an account of a system. What each asks for: tradepost connect CONNECTOR --help.",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return group(cmd, args)
			}
			return fault.New(fault.NotFound, "There is no connector “"+args[0]+"”.", "See: tradepost connectors")
		}}
	for _, c := range channel.Connectors() {
		cmd.AddCommand(s.connectTo(c.Manifest()))
	}
	return cmd
}

type connectFlags struct {
	settings, secrets []string
	channel, approval string
	since             string
}

func (s *shell) connectTo(m channel.Manifest) *cobra.Command {
	var f connectFlags
	cmd := &cobra.Command{Use: m.ID + " NAME", Short: m.Summary, Args: cobra.ExactArgs(1), Long: manual(m), Example: "  " + m.Example(),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			draft, err := f.draft(m, args[0])
			if err != nil {
				return err
			}
			if draft.Secrets, err = s.secretsFor(cmd, m, f.secrets, draft.Options); err != nil {
				return err
			}
			return s.with(cmd.Context(), false, func(c *client) error {
				var raw json.RawMessage
				if err := c.post(connectionsPath, draft, &raw); err != nil {
					return err
				}
				return s.printConnection(raw, connection.connected)
			})
		}}
	flags := cmd.Flags()
	flags.StringArrayVar(&f.settings, "set", nil, "a setting, as NAME=VALUE; may be given more than once")
	flags.StringArrayVar(&f.secrets, "secret", nil, "a secret, as NAME=- (a line of standard input) or NAME=@FILE; left out, it is asked for")
	flags.StringVar(&f.channel, "channel", "", "the channel it belongs to, made when there is none (default: one of the connection's name)")
	flags.StringVar(&f.approval, "approval", "", "when writes wait for you: ask (always), large:N (more than N at once), automatic (default ask)")
	flags.StringVar(&f.since, "since", "", "orders from when on: a date or an instant (default: all)")
	_ = cmd.RegisterFlagCompletionFunc("set", completeOptions(m, false))
	_ = cmd.RegisterFlagCompletionFunc("secret", completeOptions(m, true))
	_ = cmd.RegisterFlagCompletionFunc("approval", cobra.FixedCompletions([]string{"ask", "large:20", "automatic"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func (one connection) connected(out io.Writer) {
	one.checked(out)
	_, _ = fmt.Fprintf(out, "Connected, to channel %s. It looks on its schedule while the window or `tradepost serve` runs.\nLook now with: tradepost sync %s\n",
		one.Channel.Name, quotedName(one.Name))
	if one.Remedy != "" {
		_, _ = fmt.Fprintf(out, "%s %s\n", one.Words, one.Remedy)
	}
}

// quotedName is a name as a shell takes it.
func quotedName(name string) string {
	if strings.ContainsAny(name, " '\"\\$&()<>|;*?#!`") {
		return strconv.Quote(name)
	}
	return name
}

func (f connectFlags) draft(m channel.Manifest, name string) (connectionDraft, error) {
	draft := connectionDraft{Connector: m.ID, Name: name, Channel: f.channel, Since: f.since, Options: map[string]string{}}
	for _, pair := range f.settings {
		key, value, stated := strings.Cut(pair, "=")
		o, known := m.Option(key)
		switch {
		case !stated:
			return draft, usageError{"--set wants NAME=VALUE, not “" + pair + "”"}
		case !known:
			return draft, usageError{m.Name + " has no setting “" + key + "”; see: tradepost connect " + m.ID + " --help"}
		case o.Type == channel.SecretOption:
			return draft, usageError{key + " is a secret: give it with --secret " + key + "=-"}
		}
		draft.Options[key] = value
	}
	rule, size, sized := strings.Cut(f.approval, ":")
	if sized || rule == "large" {
		n, err := strconv.Atoi(size)
		if rule != "large" || err != nil || n < 0 {
			return draft, usageError{"--approval is ask, automatic, or large with a number: large:20"}
		}
		draft.ApprovalSize = n
	}
	draft.Approval = rule
	return draft, nil
}

// secretsFor reads the secrets that are stated, and asks at the keyboard for required ones that are not.
func (s *shell) secretsFor(cmd *cobra.Command, m channel.Manifest, stated []string, options map[string]string) (map[string]string, error) {
	secrets, lines := map[string]string{}, bufio.NewReader(cmd.InOrStdin())
	for _, pair := range stated {
		name, from, said := strings.Cut(pair, "=")
		if o, known := m.Option(name); !said || !known || o.Type != channel.SecretOption {
			return nil, usageError{"--secret wants NAME=- or NAME=@FILE; the secrets of " + m.Name + " are " + strings.Join(m.Secrets(), ", ")}
		}
		value, err := s.secretFrom(lines, name, from)
		if err != nil {
			return nil, err
		}
		secrets[name] = value
	}
	for _, o := range m.Options {
		if _, there := secrets[o.Name]; there || o.Type != channel.SecretOption || !o.Required || !m.Asked(o, options) || !atKeyboard(cmd) {
			continue
		}
		value, err := s.askSecret(o)
		if err != nil {
			return nil, err
		}
		secrets[o.Name] = value
	}
	return secrets, nil
}

// secretFrom reads one secret: from standard input, a file, or, with a warning, the command line itself.
func (s *shell) secretFrom(lines *bufio.Reader, name, from string) (string, error) {
	if from == "-" {
		return secretLine(lines, name)
	}
	if path, file := strings.CutPrefix(from, "@"); file {
		text, err := os.ReadFile(path)
		if err != nil {
			return "", fault.Wrap(err, fault.NotFound, "The file "+path+" cannot be read.", "Check its name, and that it may be read.").InField("secret")
		}
		return strings.TrimRight(string(text), "\r\n"), nil
	}
	_, _ = fmt.Fprintf(s.err, "tradepost: %s stands on the command line, where others can read it. Next time use --secret %s=- or %s=@FILE.\n", name, name, name)
	return from, nil
}

func atKeyboard(cmd *cobra.Command) bool {
	in, file := cmd.InOrStdin().(*os.File)
	return file && term.IsTerminal(int(in.Fd()))
}

// askSecret asks at the keyboard, without showing what is typed.
func (s *shell) askSecret(o channel.Option) (string, error) {
	_, _ = fmt.Fprintf(s.err, "%s (%s): ", o.Label, o.Help)
	value, err := term.ReadPassword(int(os.Stdin.Fd()))
	_, _ = fmt.Fprintln(s.err)
	if err != nil {
		return "", fmt.Errorf("reading %s: %w", o.Name, err)
	}
	return strings.TrimSpace(string(value)), nil
}

func completeOptions(m channel.Manifest, secret bool) cobra.CompletionFunc {
	return func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		var all []string
		name, _, valued := strings.Cut(typed, "=")
		for _, o := range slices.Concat(m.Options, m.Common()) {
			switch {
			case (o.Type == channel.SecretOption) != secret:
			case valued && o.Name == name:
				for _, choice := range o.Choices {
					all = append(all, o.Name+"="+choice.Value+"\t"+choice.Label)
				}
			case !valued:
				all = append(all, o.Name+"=\t"+o.Label)
			}
		}
		return all, cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveNoFileComp
	}
}

// manual is the help of a connector: what it does, how to come to the credentials, its settings.
func manual(m channel.Manifest) string {
	var b strings.Builder
	_, _ = fmt.Fprintf(&b, "%s (%s, %s)\n", m.Summary, m.Name, m.API)
	sentences(&b, "What it demands", m.Terms)
	sentences(&b, "What it cannot do", m.Cannot)
	b.WriteString("\nHow to come to the credentials:\n")
	for i, step := range m.Guide {
		_, _ = fmt.Fprintf(&b, "  %d. %s\n", i+1, step)
	}
	writer := tabwriter.NewWriter(&b, 0, 4, 2, ' ', 0)
	_, _ = fmt.Fprintln(writer, "\nSettings:")
	for _, o := range slices.Concat(m.Options, m.Common()) {
		_, _ = fmt.Fprintf(writer, "  --%s %s=\t%s\n", map[bool]string{true: "secret", false: "set"}[o.Type == channel.SecretOption], o.Name, o.Label+". "+o.Help+" "+o.Words())
	}
	_ = writer.Flush()
	if m.Known != "" {
		_, _ = fmt.Fprintf(&b, "\nAll that is said of %s here was so on %s.", m.Name, m.Known)
	}
	_, _ = fmt.Fprintf(&b, "\nThe vendor's own page: %s", m.Docs)
	return b.String()
}

// sentences writes a list under a title, where there is any.
func sentences(b *strings.Builder, title string, all []string) {
	if len(all) > 0 {
		_, _ = fmt.Fprintf(b, "\n%s:\n  - %s\n", title, strings.Join(all, "\n  - "))
	}
}
