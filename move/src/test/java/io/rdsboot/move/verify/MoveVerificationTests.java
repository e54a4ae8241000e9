package io.rdsboot.move.verify;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import io.rdsboot.move.TableName;
import io.rdsboot.move.verify.MoveDifference.Kind;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Tests for {@link MoveVerification} beside {@link PlantedDifferencesTests}.
 */
class MoveVerificationTests {

	private static ReplicatedDatabases databases;

	private final ExecutorService threads = Executors.newCachedThreadPool();

	@BeforeAll
	static void start() {
		databases = new ReplicatedDatabases();
	}

	@AfterAll
	static void close() {
		databases.close();
	}

	@AfterEach
	void stopReplication() {
		this.threads.shutdownNow();
		databases.stopReplication();
	}

	private static TableName table(String name) {
		return new TableName("public", name);
	}

	private static void onBoth(String sql) {
		databases.inSource.execute(sql);
		databases.inTarget.execute(sql);
	}

	/**
	 * Two databases that nobody writes to.
	 */
	private static MoveVerification.Builder atRest() {
		return MoveVerification.builder(databases.source(), databases.target());
	}

	@Test
	void aRowThatIsWrittenAllTheTimeIsTheSame() throws Exception {
		databases.create("CREATE TABLE counter (id int PRIMARY KEY, n bigint, owner text)");
		databases.inSource.execute("INSERT INTO counter VALUES (1, 0, 'a')");
		databases.replicate();
		MoveVerificationReport report = whileCounting(databases.verification().build());
		assertThat(report.isEqual()).as(report.toString()).isTrue();
	}

	@Test
	void aRowThatIsWrittenAllTheTimeAndNeverTheSameIsNotPassed() throws Exception {
		databases.create("CREATE TABLE counter (id int PRIMARY KEY, n bigint, owner text)");
		databases.inTarget.execute("""
				CREATE FUNCTION other() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.owner := ''b''; RETURN NEW; END';
				CREATE TRIGGER other BEFORE UPDATE ON counter FOR EACH ROW EXECUTE FUNCTION other();
				ALTER TABLE counter ENABLE ALWAYS TRIGGER other""");
		databases.inSource.execute("INSERT INTO counter VALUES (1, 0, 'a')");
		databases.replicate();
		MoveVerificationReport report = whileCounting(databases.verification().attempts(3).build());
		assertThat(report.isEqual()).isFalse();
		// A writer that the machine holds up lets the row rest, and then it differs.
		assertThat(report.differenceCount() + report.undecidedCount()).as(report.toString()).isOne();
		assertThat(report.undecided()).allSatisfy((row) -> {
			assertThat(row.key()).containsExactly("1");
			assertThat(row.reason()).isEqualTo("has been written on the source at each of 30 looks");
		});
	}

	private MoveVerificationReport whileCounting(MoveVerification verification) throws Exception {
		AtomicBoolean stop = new AtomicBoolean();
		AtomicLong written = new AtomicLong();
		Future<?> writer = this.threads.submit(() -> {
			try (Connection connection = databases.source().getConnection();
					Statement statement = connection.createStatement()) {
				while (!stop.get()) {
					statement.execute("UPDATE counter SET n = n + 1");
					written.incrementAndGet();
				}
			}
			return null;
		});
		Awaitility.await().until(() -> written.get() > 100);
		MoveVerificationReport report = verification.verify();
		stop.set(true);
		writer.get();
		return report;
	}

	@Test
	void aTargetThatIsNotThereInTimeIsUndecided() throws SQLException {
		databases.create("CREATE TABLE item (id int PRIMARY KEY)");
		databases.replicate();
		databases.inTarget.execute("ALTER SUBSCRIPTION moving DISABLE");
		databases.inSource.execute("INSERT INTO item VALUES (1)");
		Awaitility.await()
			.until(() -> databases.inSource.queryForObject(
					"SELECT NOT active FROM pg_replication_slots WHERE slot_name = 'moving'", Boolean.class));
		MoveVerificationReport report = databases.verification().lagTimeout(Duration.ofMillis(100)).build().verify();
		assertThat(report.differences()).isEmpty();
		assertThat(report.undecided()).extracting(MoveUndecided::toString)
			.containsExactly(
					"public.item (1): undecided: the target did not reach the source's position in 100 ms, and nobody reads the slot");
	}

	@Test
	void tablesThatAreStillCopiedAreUndecided() throws SQLException {
		databases.create("CREATE TABLE item (id int PRIMARY KEY)");
		databases.replicate();
		onBoth("CREATE TABLE later (id int PRIMARY KEY)");
		databases.inTarget.execute("INSERT INTO later VALUES (1)");
		databases.inSource.execute("INSERT INTO later VALUES (1)");
		// The copy fails, and is tried again and again.
		databases.inTarget.execute("ALTER SUBSCRIPTION moving REFRESH PUBLICATION");
		MoveVerificationReport report = databases.verification().build().verify();
		assertThat(report.undecided())
			.containsExactly(new MoveUndecided(table("later"), List.of(), "its initial copy is not complete"));
	}

	@Test
	void whatOneSideLacksIsNamed() throws SQLException {
		databases.create("CREATE TABLE item (id int PRIMARY KEY, name text); INSERT INTO item VALUES (1, 'one')");
		databases.inSource.execute("""
				CREATE TABLE lost (id int);
				ALTER TABLE item ADD COLUMN price int;
				CREATE UNLOGGED TABLE cache (id int PRIMARY KEY);
				CREATE SCHEMA rds_move;
				CREATE TABLE rds_move.state (id int)""");
		databases.inTarget.execute("""
				ALTER TABLE item DROP CONSTRAINT item_pkey, ALTER COLUMN name TYPE varchar(10), ADD COLUMN extra int;
				INSERT INTO item VALUES (1, 'one');
				CREATE TABLE added (id int);
				CREATE UNLOGGED TABLE cache (id int PRIMARY KEY)""");
		MoveVerificationReport report = atRest().build().verify();
		assertThat(report.differences()).containsExactlyInAnyOrder(
				new MoveDifference(table("lost"), List.of(), Kind.MISSING_ON_TARGET, List.of(), 1, null),
				new MoveDifference(table("item"), List.of(), Kind.MISSING_ON_TARGET, List.of("price"), 1, null),
				new MoveDifference(table("item"), List.of("1"), Kind.DIFFERENT, List.of(), 1, null));
		assertThat(report.notes()).extracting(MoveNote::toString)
			.containsExactlyInAnyOrder("table public.cache: is unlogged: its rows do not travel and were not compared",
					"table public.item: has column extra only on the target",
					"table public.item: has column name as text, and on the target as character varying",
					"table public.item: has no unique index on (id) on the target: each range reads the whole table there",
					"table public.added: is only on the target");
	}

	@Test
	void aTargetWithFarMoreOrFewerRowsIsCounted() throws SQLException {
		databases.create(
				"CREATE TABLE item (id int PRIMARY KEY); CREATE TABLE other (name text COLLATE \"en-x-icu\" PRIMARY KEY)");
		databases.inSource.execute("INSERT INTO other SELECT 'n' || i FROM generate_series(1, 3000) i");
		databases.inTarget.execute("INSERT INTO item SELECT generate_series(1, 25000)");
		databases.inTarget.execute("INSERT INTO other SELECT 'm' || i FROM generate_series(1, 10) i");
		MoveVerificationReport report = atRest().listedDifferences(3).build().verify();
		assertThat(report.differenceCount()).isEqualTo(28_010);
		assertThat(report.differences()).hasSize(3);
		assertThat(report.toString()).contains("28,010 differences").contains("and 28,007 more differences");
	}

	@Test
	void valuesAreShownOnlyIfAskedFor() throws SQLException {
		databases.create("CREATE TABLE item (id int PRIMARY KEY, name text, price numeric)");
		databases.inSource.execute("INSERT INTO item VALUES (1, 'secret', 1.0)");
		databases.inTarget.execute("INSERT INTO item VALUES (1, NULL, 1.00)");
		assertThat(atRest().build().verify().toString()).contains("different in name, price").doesNotContain("secret");
		assertThat(atRest().showValues().build().verify().differences()).extracting(MoveDifference::values)
			.containsExactly("source (secret) (1.0), target () (1.00)");
	}

	@Test
	void whatWasEqualIsNotReadAgain() throws SQLException {
		databases.create("""
				CREATE TABLE a (id int, pos int, PRIMARY KEY (id, pos));
				CREATE TABLE b (id int PRIMARY KEY, name text);
				CREATE TABLE c (name text COLLATE "en-x-icu" PRIMARY KEY)""");
		onBoth("""
				INSERT INTO a SELECT i / 7, i % 7 FROM generate_series(1, 1000) i;
				INSERT INTO b SELECT i, 'n' FROM generate_series(1, 3000) i;
				INSERT INTO c SELECT lpad(i::text, 5, '0') || E'\\t\\\\' FROM generate_series(1, 3000) i""");
		databases.inTarget.execute("UPDATE b SET name = 'other' WHERE id = 1700");
		databases.inTarget.execute("DELETE FROM c WHERE name LIKE '02700%'");
		MoveVerificationReport first = atRest().rangeRows(500).build().verify();
		assertThat(first.differenceCount()).isEqualTo(2);
		MoveVerificationPosition position = MoveVerificationPosition.parse(first.position().toString());
		assertThat(position).isEqualTo(first.position());
		assertThat(position.tables()).containsOnlyKeys(table("a"), table("b"), table("c"))
			.containsEntry(table("a"), List.of())
			.containsEntry(table("b"), List.of("1500"))
			.containsEntry(table("c"), List.of("SOURCE", "02500\t\\"));
		databases.inTarget.execute("UPDATE b SET name = 'n'");
		MoveVerificationReport second = atRest().rangeRows(500).resumeFrom(position).build().verify();
		assertThat(second.rows()).isEqualTo(2_000);
		assertThat(second.differences()).extracting(MoveDifference::table).containsExactly(table("c"));
		assertThatIllegalArgumentException().isThrownBy(() -> MoveVerificationPosition.parse("public\titem"))
			.withMessageContaining("'public\titem'");
	}

	@Test
	void aVerificationIsCancelledAndHasALimit() throws Exception {
		databases
			.create("CREATE TABLE item (id int PRIMARY KEY); INSERT INTO item SELECT generate_series(1, 100); ANALYZE");
		MoveVerification verification = atRest().rangeRows(10).pause(Duration.ofHours(1)).build();
		Future<MoveVerificationReport> report = this.threads.submit(verification::verify);
		Awaitility.await().until(() -> verification.progress().ranges() == 1);
		assertThatIllegalStateException().isThrownBy(verification::verify).withMessageContaining("runs already");
		assertThat(verification.progress()).satisfies((progress) -> {
			assertThat(progress.table()).isEqualTo(table("item"));
			assertThat(progress.rows()).isEqualTo(10);
			assertThat(progress.estimatedRows()).isEqualTo(100);
		});
		verification.cancel();
		assertThat(report.get().stopped()).isEqualTo("cancelled");
		assertThat(report.get().isEqual()).isFalse();
		assertThat(report.get().position().tables()).containsEntry(table("item"), List.of("10"));
		assertThat(atRest().timeout(Duration.ofMillis(1)).build().verify().stopped()).contains("time limit");
	}

	@Test
	void aTableThatIsLockedOrHiddenIsUndecided() throws SQLException {
		databases.create("CREATE TABLE item (id int PRIMARY KEY); CREATE TABLE other (id int PRIMARY KEY)");
		try (Connection ddl = databases.target().getConnection(); Statement statement = ddl.createStatement()) {
			ddl.setAutoCommit(false);
			statement.execute("LOCK TABLE item IN ACCESS EXCLUSIVE MODE");
			MoveVerificationReport report = atRest().statementTimeout(Duration.ofMillis(300)).build().verify();
			assertThat(report.undecided()).extracting(MoveUndecided::table).containsExactly(table("item"));
			assertThat(report.undecided().get(0).reason()).contains("statement timeout");
		}
		onBoth("DO $$BEGIN CREATE ROLE seer LOGIN PASSWORD 'seer'; EXCEPTION WHEN duplicate_object THEN NULL; END$$");
		onBoth("GRANT SELECT ON item, other TO seer");
		databases.inTarget.execute("ALTER TABLE other ENABLE ROW LEVEL SECURITY");
		MoveVerificationReport report = MoveVerification.builder(databases.source(), databases.targetAs("seer"))
			.build()
			.verify();
		assertThat(report.undecided()).extracting(MoveUndecided::table).containsExactly(table("other"));
		assertThat(report.undecided().get(0).reason()).contains("row-level security");
	}

	@Test
	void whatDoesNotTravelIsNoted() throws SQLException {
		databases.create("""
				CREATE TABLE item (id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY);
				CREATE TABLE fine (id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY);
				CREATE SEQUENCE down INCREMENT -1;
				CREATE MATERIALIZED VIEW totals AS SELECT * FROM item;
				CREATE VIEW few AS SELECT * FROM item WHERE id > current_setting('rds.few')::int""");
		databases.inSource.execute(
				"INSERT INTO item SELECT nextval('item_id_seq') FROM generate_series(1, 9); SELECT nextval('fine_id_seq')");
		databases.inTarget.execute("INSERT INTO item SELECT generate_series(1, 9); SELECT setval('fine_id_seq', 100)");
		databases.inSource
			.execute("SELECT nextval('down'), nextval('down'); REFRESH MATERIALIZED VIEW totals; SELECT lo_create(0)");
		databases.inTarget.execute("SELECT nextval('down')");
		MoveVerificationReport report = atRest().countViews().build().verify();
		assertThat(report.isEqual()).isTrue();
		assertThat(report.notes()).extracting(MoveNote::toString)
			.containsExactly("sequence public.down: is at -1 on the target, behind the source's -2",
					"sequence public.item_id_seq: is at its start on the target, behind the source's 9 and 9 in its column",
					"view public.totals: 9 rows on the source, 0 rows on the target; a materialised view is refreshed on the target",
					"large objects pg_largeobject: the source has 1, the target 0; they do not travel");
	}

	@Test
	void anIndexThatFindsLessIsNoticed() throws SQLException {
		databases.create("""
				CREATE EXTENSION vector;
				CREATE TABLE passage (id int PRIMARY KEY, embedding vector(16), other halfvec(16))""");
		onBoth("""
				SELECT setseed(0.5);
				INSERT INTO passage SELECT (i - 1) / 16 + 1, array_agg(random())::real[]::vector, array_agg(random())::real[]::halfvec
				FROM generate_series(1, 48000) i GROUP BY 1 ORDER BY 1;
				ANALYZE passage""");
		databases.inSource.execute("CREATE INDEX ON passage USING hnsw (embedding vector_cosine_ops)");
		databases.inTarget.execute(
				"CREATE INDEX ON passage USING hnsw (embedding vector_cosine_ops) WITH (m = 2, ef_construction = 4)");
		databases.inSource.execute("CREATE INDEX ON passage USING hnsw (other halfvec_l2_ops)");
		MoveVerificationReport report = atRest().build().verify();
		assertThat(report.isEqual()).as(report.toString()).isTrue();
		assertThat(report.vectors())
			.extracting(MoveVectorComparison::column, MoveVectorComparison::operator, MoveVectorComparison::samples,
					MoveVectorComparison::equal, MoveVectorComparison::findsLess)
			.containsExactly(tuple("embedding", "<=>", 10, 10, true), tuple("other", "<->", 10, 10, true));
		assertThat(report.vectors().get(0).sourceRecall()).isGreaterThan(0.8);
		assertThat(report.vectors().get(1).targetRecall()).isNull();
		databases.inTarget.execute("CREATE INDEX ON passage USING hnsw (other halfvec_l2_ops)");
		assertThat(atRest().build().verify().vectors().get(1).findsLess()).isFalse();
		assertThat(atRest().vectorSamples(0).build().verify().vectors()).isEmpty();
	}

	@Test
	void encodingsMayDiffer() throws SQLException {
		databases.create("CREATE TABLE item (id int PRIMARY KEY, name text)");
		databases.createTargetWith("ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
		onBoth("CREATE TABLE IF NOT EXISTS item (id int PRIMARY KEY, name text)");
		onBoth("INSERT INTO item VALUES (1, 'Zürich'), (2, 'Genève')");
		databases.inTarget.execute("UPDATE item SET name = 'Geneve' WHERE id = 2");
		assertThat(atRest().build().verify().differences()).extracting(MoveDifference::key)
			.containsExactly(List.of("2"));
	}

	@Test
	void bothHashesTellTextsApart() {
		databases.create("");
		for (RowHash.Function function : RowHash.Function.values()) {
			RowHash hash = new RowHash(function, false);
			assertThat(databases.inSource.queryForObject("SELECT %s = %s AND %s <> %s".formatted(hash.of("'a'"),
					hash.of("'a'"), hash.of("'a'"), hash.of("'b'")), Boolean.class))
				.isTrue();
		}
	}

	@Test
	void whatIsWrongIsSaid() {
		databases.create("CREATE TABLE item (id int PRIMARY KEY)");
		assertThatIllegalArgumentException().isThrownBy(() -> databases.verification().build().verify())
			.withMessage(
					"logical replication slot 'moving' does not exist on the source, whose slots are []. Give the slot of the target's subscription");
		assertThatIllegalArgumentException().isThrownBy(() -> atRest().tables(table("itme")).build().verify())
			.withMessage("table 'public.itme' to verify does not exist on the source, whose tables are [public.item]");
		assertThatIllegalArgumentException().isThrownBy(() -> atRest().rangeRows(1)).withMessageContaining("1");
		assertThatIllegalArgumentException().isThrownBy(() -> atRest().attempts(1)).withMessageContaining("1");
		assertThatIllegalArgumentException().isThrownBy(() -> atRest().timeout(Duration.ZERO))
			.withMessageContaining("PT0S");
		assertThatIllegalArgumentException().isThrownBy(() -> atRest().pause(Duration.ofMillis(-1)))
			.withMessageContaining("PT-0.001S");
		assertThatIllegalArgumentException().isThrownBy(() -> atRest().listedDifferences(-1))
			.withMessageContaining("-1");
		assertThatIllegalArgumentException().isThrownBy(() -> atRest().vectorSamples(-1)).withMessageContaining("-1");
	}

}
