package io.rdsboot.move.assess.check;

import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.rdsboot.move.ApplicationPrivileges;
import io.rdsboot.move.ApplicationPrivileges.Privilege;
import io.rdsboot.move.Side;
import io.rdsboot.move.assess.MoveFinding.Level;

/**
 * What the application's role may do on the target, of that which it may do on the
 * source.
 *
 * @param source name of its role on the source
 * @param target name of its role on the target
 * @param fewerAllowed whether fewer privileges are meant
 */
public record ApplicationQuestions(String source, String target, boolean fewerAllowed) {

	/** Privileges that the role gets on objects which others create, by creator. */
	private static final String DEFAULT_PRIVILEGES = """
			SELECT o.rolname AS owner, format('%s ON %s', a.privilege_type, CASE e.defaclobjtype
					WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'ROUTINES' ELSE 'SCHEMAS' END) AS privilege,
				coalesce(' IN SCHEMA ' || quote_ident(n.nspname), '') AS place, quote_ident(o.rolname) AS quoted
			FROM pg_default_acl e CROSS JOIN LATERAL aclexplode(e.defaclacl) a
			JOIN pg_roles o ON o.oid = e.defaclrole JOIN pg_roles g ON g.oid = a.grantee
			LEFT JOIN pg_namespace n ON n.oid = e.defaclnamespace
			WHERE g.rolname = ? AND a.grantee <> e.defaclrole AND e.defaclobjtype IN ('r', 'S', 'f', 'n') ORDER BY 1, 2, 3""";

	/**
	 * Return the check.
	 */
	public MoveCheck check() {
		return new MoveCheck("application-privileges", this::judge);
	}

	private void judge(Database source, Database target, Findings findings) throws SQLException {
		for (Privilege missing : ApplicationPrivileges.missing(privileges(source, this.source),
				privileges(target, this.target), this.target)) {
			boolean required = missing.isRequired(this.fewerAllowed);
			findings.add(required ? Level.BLOCKS : Level.WARNS, Side.TARGET, missing.object(),
					"Role '%s' of the application does not have %s here, which role '%s' has on the source."
						.formatted(this.target, missing.privilege(), this.source),
					required ? "The cutover is refused until it has it:" : missing.needed()
							? "If the application uses it:" : "If the application changes its schema:",
					missing.statement());
		}
		Set<String> there = new HashSet<>();
		target.rows(DEFAULT_PRIVILEGES, this.target).forEach((row) -> there.add(String.join("\n", row.all())));
		List<String> roles = target.texts("SELECT rolname FROM pg_roles");
		for (Database.Row each : source.rows(DEFAULT_PRIVILEGES, this.source)) {
			if (roles.contains(each.text("owner")) && !there.contains(String.join("\n", each.all()))) {
				findings.add(Level.WARNS, Side.TARGET, each.text("owner"),
						"What this role creates gives role '%s' no %s%s, as it gives role '%s' on the source."
							.formatted(this.target, each.text("privilege"), each.text("place"), this.source),
						"Set it before the next migration:",
						"ALTER DEFAULT PRIVILEGES FOR ROLE %s%s GRANT %s TO %s".formatted(each.text("quoted"),
								each.text("place"), each.text("privilege"), quoted(this.target)));
			}
		}
	}

	private static String quoted(String identifier) {
		return "\"" + identifier.replace("\"", "\"\"") + "\"";
	}

	private static List<Privilege> privileges(Database database, String role) throws SQLException {
		return database.rows(ApplicationPrivileges.QUERY, role)
			.stream()
			.map((row) -> new Privilege(row.text("object"), row.text("privilege"), row.is("held"),
					row.text("statement"), row.is("needed")))
			.toList();
	}

}
