package io.rdsboot.move.assess;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import io.rdsboot.move.Side;
import io.rdsboot.move.assess.MoveFinding.Level;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.assertj.core.groups.Tuple;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Tests for {@link MoveAssessment}, between two servers.
 */
class MoveAssessmentTests {

	private static final AtomicInteger COUNTER = new AtomicInteger();

	private static LocalRdsCluster sourceCluster;

	private static LocalRdsCluster targetCluster;

	private DataSource source;

	private DataSource target;

	private JdbcTemplate inSource;

	private JdbcTemplate inTarget;

	@BeforeAll
	static void start() {
		sourceCluster = server("64MB");
		targetCluster = server("64MB");
	}

	private static LocalRdsCluster server(String keptLog) {
		return LocalRdsCluster.builder()
			.readers(0)
			.parameter("wal_level", "logical")
			.parameter("max_slot_wal_keep_size", keptLog)
			.parameter("max_prepared_transactions", "2")
			.start();
	}

	@AfterAll
	static void stop() {
		sourceCluster.close();
		targetCluster.close();
	}

	@BeforeEach
	void createDatabases() {
		String name = "move_" + COUNTER.incrementAndGet();
		this.source = create(sourceCluster, name);
		this.target = create(targetCluster, name);
		this.inSource = new JdbcTemplate(this.source);
		this.inTarget = new JdbcTemplate(this.target);
	}

	private static DataSource create(LocalRdsCluster cluster, String name) {
		new JdbcTemplate(dataSource(cluster.writer(), "postgres")).execute("CREATE DATABASE " + name);
		return dataSource(cluster.writer(), name);
	}

	private static PGSimpleDataSource dataSource(LocalRdsInstance instance, String database) {
		PGSimpleDataSource dataSource = new PGSimpleDataSource();
		dataSource.setServerNames(new String[] { instance.host() });
		dataSource.setPortNumbers(new int[] { instance.port() });
		dataSource.setDatabaseName(database);
		dataSource.setUser(instance.adminUsername());
		dataSource.setPassword(instance.adminPassword());
		return dataSource;
	}

	@Test
	void whatIsReadyCanBeReplicated() throws SQLException {
		for (JdbcTemplate each : List.of(this.inSource, this.inTarget)) {
			each.execute("CREATE TABLE item (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text)");
		}
		this.inSource.execute("INSERT INTO item (name) SELECT 'item ' || i FROM generate_series(1, 1000) i");
		MoveAssessmentReport report = assess();
		assertThat(report.isReady()).as(report.toString()).isTrue();
		assertThat(report.tables()).isEqualTo(1);
		assertThat(report.bytes()).isPositive();
		assertThat(report.findings()).extracting(MoveFinding::check).containsExactly("sequences");
		this.inSource.execute("CREATE PUBLICATION moving FOR ALL TABLES");
		this.inTarget.execute("CREATE SUBSCRIPTION moving CONNECTION '%s' PUBLICATION moving".formatted(conninfo()));
		try {
			Awaitility.await()
				.until(() -> this.inTarget.queryForObject("SELECT count(*) FROM item", Integer.class),
						(rows) -> rows == 1000);
			assertThat(assess().findings()).extracting(MoveFinding::check, MoveFinding::subject)
				.contains(tuple("another-move", "moving"), tuple("empty-target", "public.item"));
		}
		finally {
			this.inTarget.execute("DROP SUBSCRIPTION moving");
		}
	}

	private String conninfo() {
		PGSimpleDataSource server = (PGSimpleDataSource) this.source;
		return "host=%s port=%d dbname=%s user=%s password=%s".formatted(server.getServerNames()[0],
				server.getPortNumbers()[0], server.getDatabaseName(), server.getUser(), server.getPassword());
	}

	@Test
	void whatDoesNotMoveIsNamed() throws SQLException {
		this.inSource.execute("""
				CREATE SCHEMA shop;
				CREATE TABLE shop.keyless (name text);
				CREATE TABLE shop.whole (name text);
				ALTER TABLE shop.whole REPLICA IDENTITY FULL;
				CREATE TABLE shop."By index" (name text NOT NULL UNIQUE);
				ALTER TABLE shop."By index" REPLICA IDENTITY USING INDEX "By index_name_key";
				CREATE TABLE shop.late (id int PRIMARY KEY DEFERRABLE);
				CREATE TABLE shop.part (id int, day date, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
				CREATE TABLE shop.part_2026 PARTITION OF shop.part FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
				CREATE UNLOGGED TABLE shop.cache (id int PRIMARY KEY);
				CREATE MATERIALIZED VIEW shop.totals AS SELECT count(*) FROM shop.keyless;
				CREATE TABLE shop.priced (id int PRIMARY KEY, gross numeric GENERATED ALWAYS AS (id * 1.2) STORED);
				CREATE FUNCTION shop.noop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
				CREATE TRIGGER always BEFORE INSERT ON shop.priced FOR EACH ROW EXECUTE FUNCTION shop.noop();
				ALTER TABLE shop.priced ENABLE ALWAYS TRIGGER always;
				CREATE TRIGGER ordinary BEFORE INSERT ON shop.priced FOR EACH ROW EXECUTE FUNCTION shop.noop();
				CREATE FUNCTION shop.ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
				CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION shop.ddl();
				CREATE SEQUENCE shop.nearly AS smallint;
				SELECT setval('shop.nearly', 32000);
				SELECT lo_create(0);
				CREATE FOREIGN DATA WRAPPER nothing;
				CREATE SERVER elsewhere FOREIGN DATA WRAPPER nothing;
				CREATE FOREIGN TABLE shop.remote (id int) SERVER elsewhere""");
		MoveAssessmentReport report = assess();
		assertThat(report.isReady()).isFalse();
		assertThat(report.tables()).isEqualTo(7);
		assertThat(of(report, Side.SOURCE)).contains(tuple(Level.BLOCKS, "replica-identity", "shop.keyless"),
				tuple(Level.BLOCKS, "replica-identity", "shop.late"),
				tuple(Level.WARNS, "unlogged-tables", "shop.cache"),
				tuple(Level.WARNS, "foreign-tables", "shop.remote"),
				tuple(Level.WARNS, "materialized-views", "shop.totals"), tuple(Level.BLOCKS, "large-objects", null),
				tuple(Level.NOTES, "generated-columns", "shop.priced.gross"),
				tuple(Level.WARNS, "triggers", "always on shop.priced"), tuple(Level.WARNS, "event-triggers", "watch"),
				tuple(Level.WARNS, "sequences", "shop.nearly"), tuple(Level.NOTES, "sequences", null));
		assertThat(of(report, Side.SOURCE)).filteredOn((each) -> each.toList().get(1).equals("replica-identity"))
			.hasSize(2);
		assertThat(of(report, Side.SOURCE)).filteredOn((each) -> each.toList().get(1).equals("triggers")).hasSize(1);
	}

	@Test
	void theStatementsOfFindingsMendThem() throws SQLException {
		this.inSource.execute("CREATE TABLE keyless (name text); INSERT INTO keyless VALUES ('row')");
		this.inSource.execute("CREATE PUBLICATION moving FOR ALL TABLES");
		assertThatExceptionOfType(UncategorizedSQLException.class)
			.isThrownBy(() -> this.inSource.execute("UPDATE keyless SET name = 'changed'"))
			.withMessageContaining("does not have a replica identity");
		this.inTarget.execute("CREATE TABLE keyless (name text); INSERT INTO keyless VALUES ('other')");
		MoveAssessmentReport report = assess();
		assertThat(report.isReady()).isFalse();
		report.findings()
			.stream()
			.filter((finding) -> finding.statement() != null)
			.forEach((finding) -> ((finding.side() == Side.SOURCE) ? this.inSource : this.inTarget)
				.execute(finding.statement()));
		assertThat(assess().isReady()).isTrue();
		this.inSource.execute("UPDATE keyless SET name = 'changed'");
	}

	@Test
	void loginsThatMayNotReplicateAreNamedWithTheGrants() throws SQLException {
		for (JdbcTemplate each : List.of(this.inSource, this.inTarget)) {
			each.execute(
					"DO $$BEGIN CREATE ROLE mover LOGIN PASSWORD 'mover'; EXCEPTION WHEN duplicate_object THEN NULL; END$$");
		}
		this.inSource.execute("CREATE TABLE item (id int PRIMARY KEY)");
		this.inSource.execute("ALTER DATABASE %s SET work_mem = '8MB'"
			.formatted(((PGSimpleDataSource) this.source).getDatabaseName()));
		this.inSource.execute("ALTER ROLE mover SET statement_timeout = '30s'");
		MoveAssessmentReport report = MoveAssessment.builder(as("mover", this.source), as("mover", this.target))
			.build()
			.assess();
		assertThat(report.findings()).filteredOn((finding) -> finding.check().equals("privileges"))
			.extracting(MoveFinding::side, MoveFinding::subject, MoveFinding::statement)
			.containsExactlyInAnyOrder(tuple(Side.SOURCE, null, "ALTER ROLE \"mover\" REPLICATION"),
					tuple(Side.SOURCE, null,
							"GRANT CREATE ON DATABASE \"%s\" TO \"mover\""
								.formatted(((PGSimpleDataSource) this.source).getDatabaseName())),
					tuple(Side.SOURCE, "public.item", null), tuple(Side.TARGET, null, null));
		assertThat(of(report, Side.SOURCE)).contains(tuple(Level.NOTES, "settings", "work_mem=8MB"),
				tuple(Level.WARNS, "settings", "statement_timeout"));
		this.inSource.execute("ALTER ROLE mover RESET statement_timeout");
	}

	@Test
	void whatTheTargetLacksIsNamed() throws SQLException {
		this.inSource.execute("CREATE EXTENSION vector");
		this.inSource
			.execute("DO $$BEGIN CREATE ROLE \"Reporting\" LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END$$");
		this.inSource.execute("CREATE TABLE item (id int PRIMARY KEY); GRANT SELECT ON item TO \"Reporting\"");
		MoveAssessmentReport report = assess();
		assertThat(report.findings()).filteredOn((finding) -> finding.side() == Side.TARGET)
			.extracting(MoveFinding::level, MoveFinding::check, MoveFinding::subject, MoveFinding::statement)
			.contains(tuple(Level.NOTES, "extensions", "vector", "CREATE EXTENSION \"vector\""),
					tuple(Level.WARNS, "roles", "Reporting", "CREATE ROLE \"Reporting\" LOGIN PASSWORD '...'"));
	}

	@Test
	void rowsThatAreHiddenBlock() throws SQLException {
		this.inSource.execute("""
				CREATE TABLE account (id int PRIMARY KEY);
				ALTER TABLE account ENABLE ROW LEVEL SECURITY;
				ALTER TABLE account FORCE ROW LEVEL SECURITY;
				DO $$BEGIN CREATE ROLE owner LOGIN PASSWORD 'owner'; EXCEPTION WHEN duplicate_object THEN NULL; END$$;
				ALTER TABLE account OWNER TO owner""");
		MoveAssessmentReport report = MoveAssessment.builder(as("owner", this.source), this.target).build().assess();
		assertThat(of(report, Side.SOURCE)).contains(tuple(Level.BLOCKS, "row-security", "public.account"));
		assertThat(of(assess(), Side.SOURCE)).extracting((each) -> each.toList().get(1)).doesNotContain("row-security");
	}

	@Test
	void openTransactionsAreNamed() throws SQLException {
		this.inSource.execute("CREATE TABLE item (id int PRIMARY KEY)");
		this.inSource.execute("BEGIN; INSERT INTO item VALUES (1); PREPARE TRANSACTION 'it''s open'");
		MoveAssessmentReport report = assess();
		assertThat(report.findings()).filteredOn((finding) -> finding.check().equals("open-transactions"))
			.extracting(MoveFinding::subject, MoveFinding::statement)
			.containsExactly(tuple("it's open", "ROLLBACK PREPARED 'it''s open'"));
		this.inSource.execute("ROLLBACK PREPARED 'it''s open'");
	}

	@Test
	void oneServerIsNoMove() throws SQLException {
		MoveAssessmentReport same = MoveAssessment.builder(this.source, this.source).build().assess();
		assertThat(same.findings().get(0).message()).startsWith("Source and target are the same database 'move_");
		MoveAssessmentReport neighbours = MoveAssessment
			.builder(this.source, dataSource(sourceCluster.writer(), "postgres"))
			.build()
			.assess();
		assertThat(neighbours.findings().get(0).message())
			.startsWith("Source and target are databases of one server, or of copies of it");
	}

	@Test
	void aQuestionThatTakesTooLongIsAFinding() throws SQLException {
		this.inSource.execute("CREATE TABLE item (id int PRIMARY KEY)");
		this.inTarget.execute(
				"""
						CREATE TABLE slow (id int);
						INSERT INTO slow VALUES (1);
						CREATE FUNCTION wait() RETURNS boolean LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); RETURN true; END';
						ALTER TABLE slow ENABLE ROW LEVEL SECURITY;
						ALTER TABLE slow FORCE ROW LEVEL SECURITY;
						CREATE POLICY slow ON slow USING (public.wait());
						DO $$BEGIN CREATE ROLE owner LOGIN PASSWORD 'owner'; EXCEPTION WHEN duplicate_object THEN NULL; END$$;
						ALTER TABLE slow OWNER TO owner""");
		MoveAssessmentReport report = MoveAssessment.builder(this.source, as("owner", this.target))
			.statementTimeout(Duration.ofMillis(500))
			.build()
			.assess();
		assertThat(report.findings()).filteredOn((finding) -> finding.check().equals("empty-target"))
			.singleElement()
			.satisfies((finding) -> {
				assertThat(finding.side()).isEqualTo(Side.TARGET);
				assertThat(finding.message()).startsWith("This could not be checked: ERROR: canceling statement");
			});
	}

	@Test
	void aServerThatCannotReplicateBlocks() throws SQLException {
		try (LocalRdsCluster plain = LocalRdsCluster.builder()
			.readers(0)
			.parameter("max_replication_slots", "1")
			.start()) {
			DataSource dataSource = dataSource(plain.writer(), "postgres");
			assertThat(of(MoveAssessment.builder(dataSource, this.target).build().assess(), Side.SOURCE)).contains(
					tuple(Level.BLOCKS, "logical-replication", null),
					tuple(Level.WARNS, "replication-slots", "max_replication_slots"),
					tuple(Level.WARNS, "slot-disk", null));
			assertThat(of(MoveAssessment.builder(this.source, dataSource).build().assess(), Side.TARGET)).contains(
					tuple(Level.WARNS, "logical-replication", null),
					tuple(Level.WARNS, "apply-workers", "max_replication_slots"));
		}
	}

	@Test
	void nothingIsChangedAndConnectionsAreGivenBack() throws SQLException {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> MoveAssessment.builder(this.source, this.target).statementTimeout(Duration.ZERO))
			.withMessage("statement timeout of an assessment must be at least 1 ms, but is PT0S");
		assess();
		assertThat(this.inSource.queryForObject("""
				SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()""",
				Integer.class))
			.isZero();
	}

	private MoveAssessmentReport assess() throws SQLException {
		return MoveAssessment.builder(this.source, this.target).build().assess();
	}

	private static DataSource as(String role, DataSource dataSource) {
		PGSimpleDataSource server = (PGSimpleDataSource) dataSource;
		PGSimpleDataSource other = new PGSimpleDataSource();
		other.setServerNames(server.getServerNames());
		other.setPortNumbers(server.getPortNumbers());
		other.setDatabaseName(server.getDatabaseName());
		other.setUser(role);
		other.setPassword(role);
		return other;
	}

	private static List<Tuple> of(MoveAssessmentReport report, Side side) {
		return report.findings()
			.stream()
			.filter((finding) -> finding.side() == side)
			.map((finding) -> tuple(finding.level(), finding.check(), finding.subject()))
			.toList();
	}

}
