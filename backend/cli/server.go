package cli

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tradepost/backend/fault"
)

const serversPath, secretsPath = "/api/v1/servers", "/api/v1/secrets"

func (s *shell) servers() *cobra.Command {
	cmd := &cobra.Command{Use: "server", Short: "SFTP and mail servers that schedules use", Args: cobra.NoArgs, RunE: group}
	cmd.AddCommand(&cobra.Command{Use: "list", Short: "List servers", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return s.passOn(cmd, serversPath, "servers", []string{"ID", "KIND", "NAME", "HOST", "USER", "STATE"}, []string{"id", "kind", "name", "host", "user", "words"})
	}}, s.serverSet(), s.serverTest(), s.serverForget(), s.serverRemove())
	return cmd
}

// serverID finds a server by its name or id.
func serverID(c *client, nameOrID string) (string, error) {
	found, err := serverNamed(c, nameOrID)
	if err != nil {
		return "", err
	}
	if found == nil {
		return "", fault.New(fault.NotFound, "There is no server “"+nameOrID+"”.", "Add it with `tradepost server set`, or look at `tradepost server list`.").InField("server")
	}
	return fmt.Sprint(found["id"]), nil
}

func serverNamed(c *client, nameOrID string) (map[string]any, error) {
	var body struct {
		Servers []map[string]any `json:"servers"`
	}
	if err := c.get(serversPath, nil, &body); err != nil {
		return nil, err
	}
	for _, one := range body.Servers {
		if one["id"] == nameOrID || strings.EqualFold(fmt.Sprint(one["name"]), nameOrID) {
			return one, nil
		}
	}
	return nil, nil
}

type serverFlags struct {
	kind, host, user, folder, security, from, key string
	port                                          int
	password, passphrase                          bool
}

func (s *shell) serverSet() *cobra.Command {
	var f serverFlags
	cmd := &cobra.Command{Use: "set NAME", Short: "Add a server, or change the one of that name", Args: cobra.ExactArgs(1),
		Long: "Passwords are read from standard input, never from the command line, and are kept sealed.",
		Example: `  tradepost server set partner --kind sftp --host sftp.example.com --user shop --password-stdin < password.txt
  tradepost server set partner --key ~/.ssh/id_ed25519
  tradepost server set office --kind mail --host smtp.example.com --security starttls --user shop@example.com --from shop@example.com --password-stdin`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.with(cmd.Context(), false, func(c *client) error { return s.setServer(c, cmd, f, args[0]) })
		}}
	flags := cmd.Flags()
	flags.StringVar(&f.kind, "kind", "", "sftp or mail")
	flags.StringVar(&f.host, "host", "", "its address")
	flags.IntVar(&f.port, "port", 0, "its port (default: the usual one)")
	flags.StringVar(&f.user, "user", "", "who signs in")
	flags.StringVar(&f.folder, "folder", "", "sftp: the folder that counts as its root")
	flags.StringVar(&f.security, "security", "", "mail: starttls, tls or none")
	flags.StringVar(&f.from, "from", "", "mail: the sender's address")
	flags.StringVar(&f.key, "key", "", "sftp: a file with the private key")
	flags.BoolVar(&f.password, "password-stdin", false, "read the password from standard input, one line")
	flags.BoolVar(&f.passphrase, "passphrase-stdin", false, "read the private key's passphrase from standard input, one line (after the password)")
	return cmd
}

func (s *shell) setServer(c *client, cmd *cobra.Command, f serverFlags, name string) error {
	was, err := serverNamed(c, name)
	if err != nil {
		return err
	}
	body := map[string]any{"name": name}
	if was != nil {
		body["name"] = was["name"]
		for _, field := range []string{"kind", "host", "port", "user", "folder", "from"} {
			body[field] = was[field]
		}
		if was["security"] != "ssh" {
			body["security"] = was["security"]
		}
	}
	f.lay(cmd.Flags(), body)
	if err := f.secrets(cmd.InOrStdin(), body); err != nil {
		return err
	}
	var saved map[string]any
	if was == nil {
		if f.kind == "" || f.host == "" {
			return usageError{"a new server needs --kind and --host"}
		}
		err = c.post(serversPath, body, &saved)
	} else {
		err = c.write(http.MethodPut, serversPath+"/"+url.PathEscape(fmt.Sprint(was["id"])), body, &saved)
	}
	if err != nil {
		return err
	}
	return s.print(saved, func(out io.Writer) {
		_, _ = fmt.Fprintf(out, "%s %s on %s; try it with: tradepost server test %s\n", saved["id"], saved["name"], saved["host"], saved["id"])
	})
}

func (f serverFlags) lay(flags *pflag.FlagSet, body map[string]any) {
	for flag, value := range map[string]any{"kind": f.kind, "host": f.host, "port": f.port, "user": f.user, "folder": f.folder, "security": f.security, "from": f.from} {
		if flags.Changed(flag) {
			body[flag] = value
		}
	}
}

func (f serverFlags) secrets(in io.Reader, body map[string]any) error {
	lines := bufio.NewReader(in)
	if f.password {
		line, err := secretLine(lines, "password")
		if err != nil {
			return err
		}
		body["password"] = line
	}
	if f.key != "" {
		text, err := os.ReadFile(f.key)
		if err != nil {
			return fault.Wrap(err, fault.NotFound, "The private key "+f.key+" cannot be read.", "Name the file of the private key, not the one that ends in .pub.").InField("key")
		}
		body["private_key"] = string(text)
	}
	if f.passphrase {
		line, err := secretLine(lines, "passphrase")
		if err != nil {
			return err
		}
		body["passphrase"] = line
	}
	return nil
}

// secretLine reads one line of standard input.
func secretLine(lines *bufio.Reader, what string) (string, error) {
	line, err := lines.ReadString('\n')
	line = strings.TrimRight(line, "\r\n")
	if line == "" {
		return "", fault.Wrap(err, fault.Invalid, "No "+what+" came on standard input.", "Give it as one line, for instance: tradepost ... < file.").InField(what)
	}
	return line, nil
}

func (s *shell) serverStep(cmd *cobra.Command, nameOrID, step string, words func(map[string]any) string) error {
	return s.with(cmd.Context(), false, func(c *client) error {
		id, err := serverID(c, nameOrID)
		if err != nil {
			return err
		}
		var body map[string]any
		if err := c.post(serversPath+"/"+url.PathEscape(id)+"/"+step, map[string]any{}, &body); err != nil {
			return err
		}
		if body["state"] == "needs_you" {
			s.exit = exitFailed
		}
		return s.print(body, func(out io.Writer) { _, _ = fmt.Fprintln(out, words(body)) })
	})
}

func (s *shell) serverTest() *cobra.Command {
	return &cobra.Command{Use: "test NAME", Short: "Sign in, and on SFTP read and write the folder", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.serverStep(cmd, args[0], "test", func(body map[string]any) string {
				words := fmt.Sprint(body["words"])
				if remedy := fmt.Sprint(body["remedy"]); remedy != "" {
					words += "\n" + remedy
				}
				if body["fingerprint"] != "" {
					words += fmt.Sprintf("\nIts key: %s", body["fingerprint"])
				}
				return words
			})
		}}
}

func (s *shell) serverForget() *cobra.Command {
	return &cobra.Command{Use: "forget-host NAME", Short: "Take the host key that the server shows next", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.serverStep(cmd, args[0], "forget-host", func(map[string]any) string { return "forgotten; the next contact takes the key that is shown" })
		}}
}

func (s *shell) serverRemove() *cobra.Command {
	return &cobra.Command{Use: "remove NAME", Short: "Remove a server and its secrets", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return s.with(cmd.Context(), false, func(c *client) error {
			id, err := serverID(c, args[0])
			if err != nil {
				return err
			}
			if err := c.remove(serversPath + "/" + url.PathEscape(id)); err != nil {
				return err
			}
			return s.print(map[string]string{"removed": id}, func(out io.Writer) { _, _ = fmt.Fprintln(out, "removed, with its password") })
		})
	}}
}

func (s *shell) secrets() *cobra.Command {
	cmd := &cobra.Command{Use: "secrets", Short: "Where passwords and keys are kept", Args: cobra.NoArgs, RunE: group}
	status := &cobra.Command{Use: "status", Short: "Say where they stand", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return s.with(cmd.Context(), false, func(c *client) error {
			var body map[string]any
			if err := c.get(secretsPath, nil, &body); err != nil {
				return err
			}
			return s.print(body, func(out io.Writer) { secretWords(out, body) })
		})
	}}
	yes := false
	forget := s.secretStep("forget", "Remove them all, with their key", "forget", nil)
	forget.Flags().BoolVar(&yes, "yes", false, "do it")
	forget.PreRunE = func(*cobra.Command, []string) error {
		if !yes {
			return usageError{"this removes every stored password and key; add --yes to do it"}
		}
		return nil
	}
	cmd.AddCommand(status, forget,
		s.secretStep("unlock", "Open them with their passphrase, read from standard input", "unlock", passphraseBody("")),
		s.secretStep("use-passphrase", "Have a passphrase keep their key, read from standard input", "keeper", passphraseBody("passphrase")),
		s.secretStep("use-key-file", "Have a file in the workspace keep their key: whoever can read the folder can then read them", "keeper",
			func(io.Reader) (map[string]any, error) { return map[string]any{"keeper": "file", "consent": true}, nil }),
		s.secretStep("use-keyring", "Have this computer's keyring keep their key", "keeper",
			func(io.Reader) (map[string]any, error) { return map[string]any{"keeper": "keyring"}, nil }))
	return cmd
}

// passphraseBody reads the passphrase from the environment or standard input.
func passphraseBody(keeper string) func(io.Reader) (map[string]any, error) {
	return func(in io.Reader) (map[string]any, error) {
		passphrase := os.Getenv("TRADEPOST_PASSPHRASE")
		if passphrase == "" {
			line, err := secretLine(bufio.NewReader(in), "passphrase")
			if err != nil {
				return nil, err
			}
			passphrase = line
		}
		body := map[string]any{"passphrase": passphrase}
		if keeper != "" {
			body["keeper"] = keeper
		}
		return body, nil
	}
}

func (s *shell) secretStep(use, short, step string, body func(io.Reader) (map[string]any, error)) *cobra.Command {
	return &cobra.Command{Use: use, Short: short, Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		stated := map[string]any{}
		if body != nil {
			var err error
			if stated, err = body(cmd.InOrStdin()); err != nil {
				return err
			}
		}
		return s.with(cmd.Context(), false, func(c *client) error {
			var answer map[string]any
			if err := c.post(secretsPath+"/"+step, stated, &answer); err != nil {
				return err
			}
			return s.print(answer, func(out io.Writer) { secretWords(out, answer) })
		})
	}}
}

func secretWords(out io.Writer, body map[string]any) {
	_, _ = fmt.Fprintf(out, "%s (%v kept)\n", body["words"], body["count"])
	if remedy, _ := body["remedy"].(string); remedy != "" {
		_, _ = fmt.Fprintln(out, remedy)
	}
}
