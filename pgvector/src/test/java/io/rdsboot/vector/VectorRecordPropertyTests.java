package io.rdsboot.vector;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.RecordWrites.Kind;
import io.rdsboot.vector.StoredRows.Row;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.schema.VectorSchema;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorTable;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that a record which was accepted is neither lost, nor changed, nor unreadable,
 * whatever it holds, however it was written and however it is looked for; and that one
 * which was refused left nothing behind. What should be there is known from the
 * documentation and from plain SQL, not from code of the library's.
 *
 * <p>
 * Each property has 500 cases. For more, run with {@code -Djqwik.tries.default=25000}. A
 * failure shows its seed, by which {@code @Property(seed = "...")} repeats it.
 */
class VectorRecordPropertyTests {

	private static final String SEED = "20261129";

	private static final int ROUNDS_UNTIL_TRUNCATE = 50;

	private static final AtomicReference<Object> CURRENT_TENANT = new AtomicReference<>();

	private static final List<VectorTable> TABLES = PropertyShapes.all();

	private static final Map<VectorTable, Integer> ROUNDS = new HashMap<>();

	private static LocalRdsCluster cluster;

	private static HikariDataSource administrator;

	private static HikariDataSource owner;

	/** What the policies on the server do not hold for. */
	private static HikariDataSource superuser;

	private static JdbcTemplate jdbc;

	@BeforeContainer
	static void createTables() {
		cluster = LocalRdsCluster.builder().readers(0).parameter("fsync", "off").start();
		administrator = VectorTestDatabase.createWithExtension(cluster);
		jdbc = new JdbcTemplate(administrator);
		jdbc.execute("CREATE ROLE bypasser SUPERUSER LOGIN PASSWORD 'bypasser'");
		// Small tables are searched by their indexes too, which do not find all rows.
		for (String role : List.of(cluster.username(), "bypasser")) {
			for (String setting : List.of("enable_seqscan = off", "jit = off", "ivfflat.max_probes = 1")) {
				jdbc.execute("ALTER ROLE %s SET %s".formatted(role, setting));
			}
		}
		owner = VectorTestDatabase.asOrdinaryRole(cluster, administrator);
		superuser = VectorTestDatabase.asRole("bypasser", "bypasser", administrator);
		JdbcTemplate ownersJdbc = new JdbcTemplate(owner);
		for (VectorTable table : TABLES) {
			new VectorSchema(ownersJdbc).migrate(table);
			new VectorTestTables(ownersJdbc).index(table);
			if (table.hasGeneratedIds() && table.idType().isNumber()) {
				// Behind the small ids that records have.
				ownersJdbc.execute("ALTER TABLE %s ALTER id RESTART WITH 1000".formatted(table.name()));
			}
		}
	}

	@AfterContainer
	static void close() {
		superuser.close();
		owner.close();
		administrator.close();
		cluster.close();
	}

	@Example
	void everyKindOfTableIsTried() {
		Set<Object> kinds = new HashSet<>();
		for (VectorTable table : TABLES) {
			VectorColumn column = table.embedding();
			kinds.add(Tuple.of(column.type(), column.distance()));
			kinds.add(Tuple.of("index", column.index().getClass()));
			kinds.add(Tuple.of("quantization", column.quantization()));
			kinds.add(Tuple.of(table.idType(), table.tenantKey() != null, table.textSearch() != null));
			kinds.add(Tuple.of("generated ids", table.hasGeneratedIds(), table.idType(), table.tenantKey() != null));
			kinds.add(Tuple.of("keys", table.keys().size() > 2, table.undeclaredKeysRefused()));
			kinds.add(Tuple.of("columns", table.contentColumn() != null, table.metadataColumn() != null));
			table.keys().forEach((key) -> kinds.add(Tuple.of(key.type(), key.indexed())));
		}
		assertThat(kinds).hasSize(14 + 3 + 3 + 16 + 16 + 4 + 3 + 20);
	}

	@Property(seed = SEED, edgeCases = EdgeCasesMode.NONE, generation = GenerationMode.RANDOMIZED)
	void whatIsAcceptedIsStoredAndWhatIsRefusedLeavesNothing(@ForAll("tables") VectorTable table,
			@ForAll("writes") List<Write> writes, @ForAll boolean policies) {
		StoredRows stored = new StoredRows(jdbc, table);
		RecordWrites model = model(table, stored, policies);
		for (Write write : writes) {
			write(model, table, write.kind(), write.records(), write.tenant());
		}
		assertStored(model, stored);
		if (table.tenantKey() != null) {
			model.deleteAll(table.tenantKey(), CURRENT_TENANT.get());
			assertStored(model, stored);
		}
	}

	@Property(seed = SEED, edgeCases = EdgeCasesMode.NONE, generation = GenerationMode.RANDOMIZED)
	void whatIsStoredIsReadAsItWasWritten(@ForAll("tables") VectorTable table, @ForAll("records") List<RawRecord> raws,
			@ForAll("loads") Kind kind) {
		RecordWrites model = model(table, new StoredRows(jdbc, table), true);
		write(model, table, kind, raws, 0);
		RecordSearches searches = searches(model, table, new Random(0));
		searches.assertRead();
		raws.forEach((raw) -> searches.assertReadOfOthers(raw.metadata()));
	}

	@Property(seed = SEED, edgeCases = EdgeCasesMode.NONE, generation = GenerationMode.RANDOMIZED)
	void searchesFindWhatPlainSqlFinds(@ForAll("tables") VectorTable table, @ForAll("records") List<RawRecord> raws,
			@ForAll("words") String words, @ForAll Random random) {
		RecordWrites model = model(table, new StoredRows(jdbc, table), random.nextBoolean());
		write(model, table, Kind.LOAD_REJECTING, raws.subList(0, raws.size() / 2), 1);
		write(model, table, Kind.LOAD_REJECTING, raws, 0);
		RecordSearches searches = searches(model, table, random);
		searches.assertSearches();
		searches.assertHybrid(words);
		searches.assertHybrid("ant bee");
		raws.forEach((raw) -> searches.assertHybrid((raw.content() != null) ? raw.content() : ""));
	}

	@Property(seed = SEED, edgeCases = EdgeCasesMode.NONE, generation = GenerationMode.RANDOMIZED)
	void filtersFindWhatWasWrittenWithTheirValue(@ForAll("tables") VectorTable table,
			@ForAll("records") List<RawRecord> raws) {
		RecordWrites model = model(table, new StoredRows(jdbc, table), true);
		write(model, table, Kind.LOAD_REJECTING, raws, 0);
		RecordSearches searches = searches(model, table, new Random(0));
		searches.assertFilters(raws.get(0).metadata());
	}

	/**
	 * Returns an empty table.
	 * @param policies whether the policies on the server hold, or the library alone keeps
	 * tenants apart
	 */
	private static RecordWrites model(VectorTable table, StoredRows stored, boolean policies) {
		boolean truncate = ROUNDS.merge(table, 1, Integer::sum) % ROUNDS_UNTIL_TRUNCATE == 0;
		jdbc.execute((truncate ? "TRUNCATE " : "DELETE FROM ") + table.name());
		HikariDataSource dataSource = policies ? owner : superuser;
		@SuppressWarnings("unchecked")
		Class<Object> idClass = (Class<Object>) table.idType().javaType();
		return new RecordWrites(table,
				JdbcVectorRepository.builder(dataSource, table, idClass).tenantResolver(CURRENT_TENANT::get).build(),
				dataSource, stored);
	}

	private static void write(RecordWrites model, VectorTable table, Kind kind, List<RawRecord> records, int tenant) {
		CURRENT_TENANT.set(PropertyShapes.tenant(table, tenant));
		model.apply(kind, records, CURRENT_TENANT.get());
	}

	private static RecordSearches searches(RecordWrites model, VectorTable table, Random random) {
		return new RecordSearches(table, model.repository(), jdbc, model.rows(CURRENT_TENANT.get()),
				CURRENT_TENANT.get(), random);
	}

	private static void assertStored(RecordWrites model, StoredRows stored) {
		Map<Object, Row> found = stored.all();
		Map<Object, Row> expected = model.rows();
		assertThat(found.keySet()).containsExactlyInAnyOrderElementsOf(expected.keySet());
		found.forEach((id, row) -> assertThat(row.parts()).isEqualTo(expected.get(id).parts()));
	}

	@Provide
	Arbitrary<VectorTable> tables() {
		return Arbitraries.of(TABLES);
	}

	@Provide
	Arbitrary<String> words() {
		return HostileValues.texts();
	}

	@Provide
	Arbitrary<Kind> loads() {
		return Arbitraries.of(Kind.UPSERT, Kind.INSERT, Kind.LOAD_REJECTING, Kind.REPLACE);
	}

	@Provide
	Arbitrary<List<RawRecord>> records() {
		return RawRecord.arbitrary().list().ofMinSize(1).ofMaxSize(4);
	}

	@Provide
	Arbitrary<List<Write>> writes() {
		Arbitrary<Kind> kinds = Arbitraries.frequencyOf(
				Tuple.of(9, Arbitraries.of(EnumSet.range(Kind.UPSERT, Kind.DELETE_BY_FILTER))),
				Tuple.of(1, Arbitraries.of(Kind.INSERT_IN_PARALLEL, Kind.LOAD_IN_PARALLEL)));
		return Combinators
			.combine(kinds, RawRecord.arbitrary().list().ofMinSize(1).ofMaxSize(3), Arbitraries.of(0, 0, 1))
			.as(Write::new)
			.list()
			.ofMinSize(1)
			.ofMaxSize(4);
	}

	/**
	 * Records that are written at once.
	 *
	 * @param kind how
	 * @param records what
	 * @param tenant number of the tenant that writes
	 */
	record Write(Kind kind, List<RawRecord> records, int tenant) {

	}

}
