package io.rdsboot.vector;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.TextSearch;
import io.rdsboot.vector.table.VectorTable;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.dao.EmptyResultDataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for what a tenant sees, as a user for whom the policy on the server holds.
 */
@LocalRds
class TenantSearchTests {

	private static final AtomicReference<@Nullable Object> TENANT = new AtomicReference<>();

	private static HikariDataSource administrator;

	private static HikariDataSource dataSource;

	private static VectorRepository<Long> repository;

	@BeforeAll
	static void createDatabase(LocalRdsCluster cluster) {
		administrator = VectorTestDatabase.create(cluster);
		JdbcTemplate jdbc = new JdbcTemplate(administrator);
		jdbc.execute("CREATE EXTENSION vector");
		jdbc.execute("CREATE ROLE service LOGIN PASSWORD 'service'");
		VectorTable table = table();
		new VectorTestTables(jdbc).create(table);
		jdbc.execute("GRANT ALL ON owned TO service");
		jdbc.execute("ALTER TABLE owned ENABLE ROW LEVEL SECURITY");
		jdbc.execute("CREATE POLICY tenants ON owned USING (owner = current_setting('rdsboot.tenant', true)::integer)");
		HikariConfig config = new HikariConfig();
		config.setJdbcUrl(administrator.getJdbcUrl());
		config.setUsername("service");
		config.setPassword("service");
		config.setMaximumPoolSize(1);
		dataSource = new HikariDataSource(config);
		repository = JdbcVectorRepository.builder(dataSource, table, Long.class).tenantResolver(TENANT::get).build();
		for (int tenant = 1; tenant <= 2; tenant++) {
			TENANT.set(tenant);
			for (long id = tenant; id < 20; id += 2) {
				repository.upsert(new VectorRecord<>(id, new float[] { 1, id }, "word", Map.of("a", id % 3)));
			}
		}
		new VectorTestTables(jdbc).index(table);
	}

	private static VectorTable table() {
		return VectorTable.builder("owned")
			.idType(IdType.BIGINT)
			.dimensions(2)
			.key("owner", KeyType.INTEGER)
			.tenant("owner")
			.textSearch(TextSearch.of("simple"))
			.build();
	}

	@AfterAll
	static void closePool() {
		dataSource.close();
		administrator.close();
	}

	@Test
	void everyReadSeesTheTenantsRowsOnly() {
		TENANT.set(1);
		VectorSearch search = VectorSearch.nearest(new float[] { 1, 0 }).limit(20);
		List<VectorSearch> searches = List.of(search, search.exact(), search.limit(15), search.where("a >= 0"),
				search.where("owner = 2 or a >= 0"), search.hybrid("word"), search.diversified(0.5, 20),
				search.reranked((rows) -> new double[rows.size()], 20), VectorSearch.nearestTo(1L).limit(20),
				search.paged(), search.minSimilarity(-1));
		for (VectorSearch each : searches) {
			assertThat(repository.search(each)).hasSizeBetween(9, 10).allMatch((match) -> match.id() % 2 == 1);
			assertThat(repository.explain(each)).contains("owner = 1");
		}
		repository.searchAll(searches)
			.forEach((found) -> assertThat(found).hasSizeBetween(9, 10).allMatch((match) -> match.id() % 2 == 1));
		assertThat(repository.count()).isEqualTo(10);
		assertThat(repository.count(MetadataFilter.parse("owner = 2"))).isZero();
		for (RecordQuery query : List.of(RecordQuery.all(), RecordQuery.all().sortBy("owner").descending(),
				RecordQuery.all()
					.where("owner = 2 or a >= 0")
					.nullsFirst()
					.after(new RecordPosition(null, null, -1L)))) {
			assertThat(repository.find(query).records()).hasSize(10).allMatch((record) -> record.id() % 2 == 1);
			assertThat(repository.explain(query)).contains("owner = 1");
		}
		assertThat(repository.existsById(2L)).isFalse();
		assertThat(repository.existsById(3L)).isTrue();
		assertThat(repository.findById(2L)).isEmpty();
		assertThat(repository.findById(3L).orElseThrow().metadata()).containsEntry("owner", 1);
		assertThat(repository.findAllById(List.of(1L, 2L, 3L))).extracting(VectorRecord::id).containsExactly(1L, 3L);
		assertThatExceptionOfType(EmptyResultDataAccessException.class)
			.isThrownBy(() -> repository.search(VectorSearch.nearestTo(2L)));
		assertThat(repository.delete(MetadataFilter.parse("owner = 2"))).isZero();
		assertThat(repository.delete(2L)).isFalse();
	}

	@Test
	void onlyTheTenantsRowsAreDeleted() {
		// A superuser, whom no policy binds.
		VectorRepository<Long> unbound = JdbcVectorRepository.builder(administrator, table(), Long.class)
			.tenantResolver(TENANT::get)
			.build();
		for (VectorRepository<Long> each : List.of(repository, unbound)) {
			TENANT.set(3);
			each.upsert(List.of(new VectorRecord<>(100L, new float[] { 1, 1 }, null),
					new VectorRecord<>(101L, new float[] { 1, 1 }, null)));
			assertThat(each.deleteAll()).isEqualTo(2);
			TENANT.set(1);
			assertThat(each.count()).isEqualTo(10);
		}
	}

	@Test
	void onlyTheTenantsRowsAreChangedAndNoneGetsAnother() {
		VectorRepository<Long> unbound = JdbcVectorRepository.builder(administrator, table(), Long.class)
			.tenantResolver(TENANT::get)
			.build();
		for (VectorRepository<Long> each : List.of(repository, unbound)) {
			TENANT.set(4);
			each.upsert(List.of(new VectorRecord<>(200L, new float[] { 1, 1 }, null),
					new VectorRecord<>(201L, new float[] { 1, 1 }, null)));
			assertThat(each.update(List.of(1L, 2L, 200L), RecordChange.none().put("new", 1))).isEqualTo(1);
			assertThat(each.update(MetadataFilter.exists("owner"), RecordChange.none().put("new", 2))).isEqualTo(2);
			assertThat(each.update(200L, RecordChange.none().metadata(Map.of("new", 3)))).isTrue();
			assertThat(each.findById(200L).orElseThrow().metadata()).isEqualTo(Map.of("owner", 4, "new", 3));
			assertThat(each.update(200L, RecordChange.none().put("owner", 4))).isTrue();
			assertThatIllegalArgumentException()
				.isThrownBy(() -> each.update(200L, RecordChange.none().put("owner", 1)))
				.withMessage(
						"change of vector table owned is not possible: metadata names another tenant at 'owner' than the caller's");
			assertThatIllegalArgumentException()
				.isThrownBy(() -> each.update(200L, RecordChange.none().remove("owner")))
				.withMessage(
						"change of vector table owned is not possible: metadata has the tenant at 'owner', which cannot be removed");
			each.deleteAll();
			TENANT.set(1);
			assertThat(each.count(MetadataFilter.exists("new"))).isZero();
		}
	}

	@Test
	void readWithinATransactionSeesTheTenantsRowsOnly() {
		TENANT.set(2);
		new TransactionTemplate(new JdbcTransactionManager(dataSource)).executeWithoutResult((status) -> {
			assertThat(repository.count()).isEqualTo(9);
			TENANT.set(1);
			assertThat(repository.count()).isEqualTo(10);
		});
	}

	@Test
	void tenantIsForgottenWhenTheCallEnds() {
		TENANT.set(1);
		repository.count();
		assertThat(new JdbcTemplate(dataSource).queryForObject("SELECT current_setting('rdsboot.tenant', true)",
				String.class))
			.isEmpty();
	}

	@Test
	void callWithoutATenantFails() {
		TENANT.set(null);
		assertThatIllegalStateException().isThrownBy(repository::count)
			.withMessage("no tenant to use vector table owned for: the tenant resolver returned null");
		TENANT.set("one");
		assertThatIllegalStateException().isThrownBy(() -> repository.findById(1L))
			.withMessage("tenant to use vector table owned for is a java.lang.String, but must be a java.lang.Integer");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "\u3000", "a\0", "a\ud800", "a\udc00", "\udc18\ud83d" })
	void tenantThatTheServerWouldTakeForAnotherIsRefused(String tenant) {
		VectorTable table = VectorTable.builder("owned")
			.idType(IdType.BIGINT)
			.dimensions(2)
			.key("owner", KeyType.TEXT)
			.tenant("owner")
			.build();
		VectorRepository<Long> named = JdbcVectorRepository.builder(dataSource, table, Long.class)
			.tenantResolver(() -> tenant)
			.build();
		for (ThrowingCallable call : List.<ThrowingCallable>of(named::count, () -> named.findById(1L),
				() -> named.delete(1L), () -> named.search(VectorSearch.nearest(new float[] { 1, 0 })),
				() -> named.upsert(new VectorRecord<>(1L, new float[] { 1, 0 }, null)),
				() -> named.load(Stream.empty(), LoadOptions.upsert()))) {
			assertThatIllegalStateException().isThrownBy(call)
				.withMessageStartingWith("tenant to use vector table owned for ")
				.withMessageMatching(
						"(?s).*(is blank: '.*'|has (a NUL character|half a surrogate pair) at index [01], which PostgreSQL cannot store)");
		}
	}

	@Test
	void repositoryWithoutAResolverIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> JdbcVectorRepository.of(dataSource, table(), Long.class))
			.withMessage("vector table owned is declared with tenant 'owner', "
					+ "so its repository needs a tenant resolver");
	}

}
