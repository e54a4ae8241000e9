package io.rdsboot.move.control;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

import io.rdsboot.move.AbstractMoveTests;
import io.rdsboot.move.ApplicationPrivileges;
import io.rdsboot.move.LocalMoveDatabases;
import io.rdsboot.move.Side;
import io.rdsboot.move.assess.MoveFinding;
import io.rdsboot.move.assess.MoveFinding.Level;
import io.rdsboot.move.copy.CopyProgress;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Tests for {@link ApplicationPrivileges}, and for the steps that ask for them. The
 * application has other roles than those who own the tables: {@code shop} on the source,
 * and {@code "new shop"} on the target.
 */
@Timeout(120)
class ApplicationPrivilegesTests extends AbstractMoveTests {

	private static final String SCHEMA = """
			CREATE SCHEMA sales;
			CREATE TABLE sales.item (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text, price int);
			CREATE TABLE sales.line (id serial, day date, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
			CREATE TABLE sales.line_1 PARTITION OF sales.line FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
			CREATE TABLE sales.secret (id int PRIMARY KEY, owner text);
			CREATE VIEW sales.cheap AS SELECT id FROM sales.item WHERE price < 10;
			CREATE FUNCTION sales.total(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
			CREATE FUNCTION sales.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
			REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA sales FROM PUBLIC""";

	private final DatabaseMove steps = steps(false);

	private final DatabaseMove stepsWithFewerPrivileges = steps(true);

	private static DatabaseMove steps(boolean fewerPrivileges) {
		return DatabaseMove
			.builder(LocalMoveDatabases.database(Side.SOURCE, move.source(), "shop"),
					LocalMoveDatabases.database(Side.TARGET, move.target(), "new shop"))
			.fewerPrivileges(fewerPrivileges)
			.build();
	}

	@BeforeEach
	void createRoles() throws SQLException {
		LocalMoveDatabases.asAdministrator(move.source(),
				"CREATE ROLE shop LOGIN; CREATE ROLE staff; GRANT staff TO shop");
	}

	private static void createTables() throws SQLException {
		LocalMoveDatabases.asAdministrator(move.target(), "CREATE ROLE \"new shop\" LOGIN");
		inSource.execute(SCHEMA);
		inTarget.execute(SCHEMA);
	}

	@AfterEach
	void dropRoles() throws SQLException {
		LocalMoveDatabases.asAdministrator(move.source(), "DROP OWNED BY shop, staff; DROP ROLE shop, staff");
		LocalMoveDatabases.asAdministrator(move.target(), "DROP OWNED BY \"new shop\"; DROP ROLE \"new shop\"");
	}

	@Test
	void eachMissingPrivilegeHasItsStatement() throws SQLException {
		createTables();
		inSource.execute("""
				GRANT USAGE, CREATE ON SCHEMA sales TO shop;
				GRANT SELECT, INSERT ON sales.item TO staff;
				GRANT UPDATE (price) ON sales.item TO shop;
				GRANT ALL ON sales.line TO shop;
				GRANT USAGE ON SEQUENCE sales.line_id_seq TO shop;
				GRANT SELECT ON sales.cheap TO PUBLIC;
				GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA sales TO shop;
				ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO shop""");
		inTarget.execute("GRANT INSERT ON sales.item TO \"new shop\"");
		List<MoveFinding> findings = findings();
		assertThat(findings).extracting(MoveFinding::level, MoveFinding::subject, MoveFinding::statement)
			.containsExactlyInAnyOrder(
					tuple(Level.BLOCKS, "schema sales", "GRANT USAGE ON SCHEMA sales TO \"new shop\""),
					tuple(Level.WARNS, "schema sales", "GRANT CREATE ON SCHEMA sales TO \"new shop\""),
					tuple(Level.BLOCKS, "table sales.item", "GRANT SELECT ON TABLE sales.item TO \"new shop\""),
					tuple(Level.BLOCKS, "column sales.item.price",
							"GRANT UPDATE (price) ON TABLE sales.item TO \"new shop\""),
					tuple(Level.BLOCKS, "table sales.line", "GRANT SELECT ON TABLE sales.line TO \"new shop\""),
					tuple(Level.BLOCKS, "table sales.line", "GRANT INSERT ON TABLE sales.line TO \"new shop\""),
					tuple(Level.BLOCKS, "table sales.line", "GRANT UPDATE ON TABLE sales.line TO \"new shop\""),
					tuple(Level.BLOCKS, "table sales.line", "GRANT DELETE ON TABLE sales.line TO \"new shop\""),
					tuple(Level.BLOCKS, "table sales.line", "GRANT TRUNCATE ON TABLE sales.line TO \"new shop\""),
					tuple(Level.BLOCKS, "sequence sales.line_id_seq",
							"GRANT USAGE ON SEQUENCE sales.line_id_seq TO \"new shop\""),
					tuple(Level.BLOCKS, "table sales.cheap", "GRANT SELECT ON TABLE sales.cheap TO \"new shop\""),
					tuple(Level.BLOCKS, "routine sales.total(integer)",
							"GRANT EXECUTE ON ROUTINE sales.total(integer) TO \"new shop\""),
					tuple(Level.WARNS, "app",
							"ALTER DEFAULT PRIVILEGES FOR ROLE app GRANT SELECT ON TABLES TO \"new shop\""));
		findings.forEach((each) -> inTarget.execute(each.statement()));
		assertThat(findings()).isEmpty();
	}

	@Test
	void whoOwnsTheTablesLacksNothing() throws SQLException {
		createTables();
		inSource.execute("GRANT USAGE ON SCHEMA sales TO shop; GRANT ALL ON ALL TABLES IN SCHEMA sales TO shop");
		LocalMoveDatabases.asAdministrator(move.target(), "GRANT app TO \"new shop\"");
		assertThat(findings()).isEmpty();
	}

	@Test
	void rowLevelSecurityHoldsOnBothSidesOrOnNone() throws SQLException {
		createTables();
		String secured = "ALTER TABLE sales.secret ENABLE ROW LEVEL SECURITY; GRANT USAGE ON SCHEMA sales TO %1$s; GRANT SELECT ON sales.secret TO %1$s";
		inSource.execute(secured.formatted("shop"));
		inTarget.execute(secured.formatted("\"new shop\""));
		assertThat(findings()).isEmpty();
		inTarget.execute("ALTER TABLE sales.secret DISABLE ROW LEVEL SECURITY");
		assertThat(findings()).singleElement()
			.returns("ALTER TABLE sales.secret ENABLE ROW LEVEL SECURITY", MoveFinding::statement);
		inTarget.execute("ALTER TABLE sales.secret ENABLE ROW LEVEL SECURITY");
		LocalMoveDatabases.asAdministrator(move.target(), "GRANT app TO \"new shop\"");
		MoveFinding shown = findings().get(0);
		assertThat(shown.statement()).isEqualTo("ALTER TABLE sales.secret FORCE ROW LEVEL SECURITY");
		inTarget.execute(shown.statement());
		assertThat(findings()).isEmpty();
		inSource.execute("ALTER TABLE sales.secret DISABLE ROW LEVEL SECURITY");
		assertThat(findings()).singleElement()
			.returns("GRANT app TO \"new shop\"", MoveFinding::statement)
			.extracting(MoveFinding::message)
			.asString()
			.contains("does not have all rows here");
	}

	@Test
	void fewerPrivilegesMayBeMeantButNotOtherRows() throws SQLException {
		createTables();
		inSource.execute("GRANT USAGE ON SCHEMA sales TO shop; GRANT ALL ON sales.item, sales.secret TO shop");
		inTarget.execute("ALTER TABLE sales.secret ENABLE ROW LEVEL SECURITY");
		assertThat(findings(this.steps)).extracting(MoveFinding::level).containsOnly(Level.BLOCKS);
		List<MoveFinding> meant = findings(this.stepsWithFewerPrivileges);
		assertThat(meant).filteredOn((each) -> each.level() == Level.BLOCKS)
			.singleElement()
			.returns("GRANT app TO \"new shop\"", MoveFinding::statement);
		assertThat(meant).filteredOn((each) -> each.level() == Level.WARNS)
			.extracting(MoveFinding::statement)
			.contains("GRANT TRUNCATE ON TABLE sales.item TO \"new shop\"");
	}

	@Test
	void writesAreNotSwitchedToASideWhereTheApplicationCannotWrite() throws Exception {
		inSource.execute("CREATE SCHEMA sales; CREATE TABLE sales.item (id int PRIMARY KEY)");
		inTarget.execute("CREATE SCHEMA sales; CREATE TABLE sales.item (id int PRIMARY KEY)");
		inSource.execute("GRANT USAGE ON SCHEMA sales TO shop; GRANT SELECT, INSERT ON sales.item TO shop");
		this.steps.startCopy();
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
			this.steps.advance();
			CopyProgress copy = this.steps.status().copy();
			return copy != null && copy.state() == CopyProgress.State.DONE;
		});
		assertThatExceptionOfType(MoveRefusedException.class).isThrownBy(this.steps::cutover)
			.withMessageEndingWith("LOGIN on the database: CREATE ROLE \"new shop\" LOGIN PASSWORD '...'");
		LocalMoveDatabases.asAdministrator(move.target(), "CREATE ROLE \"new shop\" LOGIN");
		inTarget.execute("GRANT USAGE ON SCHEMA sales TO \"new shop\"; GRANT SELECT ON sales.item TO \"new shop\"");
		assertThatExceptionOfType(MoveRefusedException.class).isThrownBy(this.steps::cutover)
			.withMessage(
					"Writes are not switched to the target: role 'new shop' of the application does not have there "
							+ "what role 'shop' has on the source. Missing, with the statement that gives it: "
							+ "INSERT on table sales.item: GRANT INSERT ON TABLE sales.item TO \"new shop\"");
		inTarget.execute("GRANT INSERT, DELETE ON TABLE sales.item TO \"new shop\"");
		assertThat(this.steps.cutover().writer()).isEqualTo(Side.TARGET);
		assertThatExceptionOfType(MoveRefusedException.class).isThrownBy(this.steps::back)
			.withMessageEndingWith("DELETE on table sales.item: GRANT DELETE ON TABLE sales.item TO shop");
		inSource.execute("GRANT DELETE ON TABLE sales.item TO shop");
		assertThat(this.steps.back().writer()).isEqualTo(Side.SOURCE);
		inTarget.execute("REVOKE DELETE ON TABLE sales.item FROM \"new shop\"");
		assertThatExceptionOfType(MoveRefusedException.class).isThrownBy(this.steps::cutover);
		assertThat(this.stepsWithFewerPrivileges.cutover().writer()).isEqualTo(Side.TARGET);
		assertThat(this.steps.back().writer()).isEqualTo(Side.SOURCE);
		assertThat(this.steps.cancel()).isEmpty();
	}

	private List<MoveFinding> findings() throws SQLException {
		return findings(this.steps);
	}

	private static List<MoveFinding> findings(DatabaseMove steps) throws SQLException {
		return steps.assess()
			.findings()
			.stream()
			.filter((finding) -> finding.check().equals("application-privileges"))
			.toList();
	}

}
