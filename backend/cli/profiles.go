package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"tradepost/backend/fault"
)

// profile is the part of a kept mapping that commands show.
type profile struct {
	ID          string  `json:"id"`
	Name        string  `json:"name"`
	Kind        string  `json:"kind"`
	Fingerprint string  `json:"fingerprint"`
	UpdatedAt   string  `json:"updated_at"`
	UsedAt      *string `json:"used_at"`
}

type profiles struct {
	Profiles []profile `json:"profiles"`
}

type profileTaken struct {
	Profile  profile `json:"profile"`
	Replaced bool    `json:"replaced"`
}

func (s *shell) profiles() *cobra.Command {
	cmd := &cobra.Command{Use: "profiles", Short: "Mappings of your own file layouts", Args: cobra.NoArgs,
		Long: "A profile says how files of a layout of your own become records. It is made in the window when a file is not\n" +
			"recognised, and can be shared as one JSON file."}
	list := &cobra.Command{Use: "list", Short: "List the profiles, the one used last first", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return s.with(cmd.Context(), false, func(c *client) error {
				var all profiles
				if err := c.get("/api/v1/profiles", nil, &all); err != nil {
					return err
				}
				return s.print(all, all.words)
			})
		}}
	take := &cobra.Command{Use: "import FILE", Short: "Keep the profile of a file, in place of the one of its name", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.with(cmd.Context(), false, func(c *client) error {
				taken, err := takeProfile(c, args[0])
				if err != nil {
					return err
				}
				return s.print(taken, taken.words)
			})
		}}
	cmd.AddCommand(list, s.exportProfile(), take)
	return cmd
}

func (s *shell) exportProfile() *cobra.Command {
	var out string
	cmd := &cobra.Command{Use: "export NAME", Short: "Write a profile as one JSON file", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.with(cmd.Context(), false, func(c *client) error { return s.writeProfile(c, args[0], out) })
		}}
	cmd.Flags().StringVar(&out, "out", "", "the file to write (default: the standard output)")
	return cmd
}

func (s *shell) writeProfile(c *client, name, out string) error {
	p, err := profileNamed(c, name)
	if err != nil {
		return err
	}
	var body json.RawMessage
	if err := c.get("/api/v1/profiles/"+url.PathEscape(p.ID)+"/export", nil, &body); err != nil {
		return err
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, body, "", "  "); err != nil {
		return fmt.Errorf("reading answer: %w", err)
	}
	pretty.WriteByte('\n')
	if out == "" || out == "-" {
		_, err = pretty.WriteTo(s.out)
		return err
	}
	if err := os.WriteFile(out, pretty.Bytes(), 0o600); err != nil {
		return fault.Wrap(err, fault.Full, "The file "+out+" cannot be written.", "Choose another place with --out.")
	}
	return nil
}

// profileNamed finds a profile by its name, whatever the case, or its id.
func profileNamed(c *client, name string) (profile, error) {
	var all profiles
	if err := c.get("/api/v1/profiles", nil, &all); err != nil {
		return profile{}, err
	}
	for _, p := range all.Profiles {
		if strings.EqualFold(p.Name, name) || p.ID == name {
			return p, nil
		}
	}
	return profile{}, fault.New(fault.NotFound, fmt.Sprintf("There is no profile called %q.", name), "See: tradepost profiles list.")
}

// takeProfile hands the profile in a file over.
func takeProfile(c *client, path string) (taken profileTaken, err error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return taken, fault.Wrap(err, fault.NotFound, "The file "+path+" cannot be read.", "Check its name, and that it may be read.")
	}
	data = bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF"))
	if !json.Valid(data) {
		return taken, fault.New(fault.Invalid, path+" is not a profile: it is no JSON.", "Choose a file that was written by: tradepost profiles export.")
	}
	err = c.post("/api/v1/profiles/import", json.RawMessage(data), &taken)
	return taken, err
}

func (p profiles) words(out io.Writer) {
	if len(p.Profiles) == 0 {
		_, _ = fmt.Fprintln(out, "No profiles yet: map a file in the window, or import one.")
	}
	for _, one := range p.Profiles {
		used := "not used yet"
		if one.UsedAt != nil {
			used = "used " + *one.UsedAt
		}
		_, _ = fmt.Fprintf(out, "%s\t%s\t%s, %s\n", one.ID, one.Name, one.Kind, used)
	}
}

func (t profileTaken) words(out io.Writer) {
	verb := "kept"
	if t.Replaced {
		verb = "replaced"
	}
	_, _ = fmt.Fprintf(out, "Profile %s (%s) %s.\n", t.Profile.Name, t.Profile.Kind, verb)
}
