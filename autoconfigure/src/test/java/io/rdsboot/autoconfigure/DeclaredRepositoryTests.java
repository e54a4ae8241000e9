package io.rdsboot.autoconfigure;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationException;
import io.rdsboot.autoconfigure.vector.RdsVectorAutoConfiguration;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.InvalidVectorRecordException;
import io.rdsboot.vector.LoadOptions;
import io.rdsboot.vector.TenantResolver;
import io.rdsboot.vector.VectorMatch;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.VectorSearch;
import io.rdsboot.vector.VectorTestDatabase;
import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.index.VectorIndexManager;
import io.rdsboot.vector.index.VectorIndexStatus;
import io.rdsboot.vector.schema.VectorSchemaException;
import io.rdsboot.vector.type.SparseVector;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests of repositories that are declared with all that there is, from the properties to
 * the rows, as a role that is no superuser.
 */
@LocalRds
class DeclaredRepositoryTests {

	private static final String PREFIX = "rds.vector.repositories.documents.";

	private final AtomicReference<@Nullable String> tenant = new AtomicReference<>("a");

	private HikariDataSource database;

	private JdbcTemplate administrator;

	private HikariDataSource service;

	private ApplicationContextRunner contextRunner;

	@BeforeEach
	void createDatabase(LocalRdsCluster cluster) {
		this.database = VectorTestDatabase.create(cluster);
		this.service = VectorTestDatabase.asOrdinaryRole(cluster, this.database);
		this.administrator = new JdbcTemplate(this.database);
		this.administrator.execute("CREATE SCHEMA extensions");
		this.administrator.execute("CREATE EXTENSION vector SCHEMA extensions");
		this.administrator.execute("GRANT USAGE ON SCHEMA extensions TO " + cluster.username());
		this.contextRunner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
					DataSourceTransactionManagerAutoConfiguration.class, FlywayAutoConfiguration.class,
					RdsVectorAutoConfiguration.class))
			.withPropertyValues("spring.datasource.url=" + this.database.getJdbcUrl(),
					"spring.datasource.username=" + cluster.username(),
					"spring.datasource.password=" + cluster.password(), PREFIX + "id-type=bigint",
					"rds.vector.extension-schema=extensions", PREFIX + "dimensions=3");
	}

	@AfterEach
	void closePools() {
		this.service.close();
		this.database.close();
	}

	@Test
	void everythingDeclaredIsMadeIndexedAndSearched() {
		this.contextRunner
			.withPropertyValues(PREFIX + "index.quantization=half", PREFIX + "index.hot-filters=year >= 2020",
					PREFIX + "vectors.title.type=sparsevec", PREFIX + "vectors.title.dimensions=9",
					PREFIX + "vectors.title.distance=l1", PREFIX + "keys.year=integer",
					PREFIX + "keys.published-at=timestamptz", PREFIX + "keys.tags=text-array",
					PREFIX + "keys.colour=json", PREFIX + "undeclared-keys=refuse", PREFIX + "text-search=english")
			.run((context) -> {
				VectorRepository<Long> documents = documents(context);
				VectorRecord<Long> record = new VectorRecord<>(1L, new float[] { 1, 2, 3 }, "The houses",
						Map.of("year", 2026, "published-at", Instant.parse("2026-01-02T03:04:05Z"), "tags",
								List.of("x", "y"), "colour", "red"))
					.withVector("title", SparseVector.of(9, Map.of(8, 2f)));
				documents.upsert(record);
				documents.load(Stream.of(new VectorRecord<>(2L, new float[] { 1, 0, 0 }, "a tree")),
						LoadOptions.insert());
				awaitReady(context.getBean(VectorIndexManager.class));
				assertThat(documents.findById(1L)).contains(record);
				VectorSearch search = VectorSearch.nearest(new float[] { 1, 0, 0 });
				assertThat(documents.search(search)).extracting(VectorMatch::id).containsExactly(2L, 1L);
				assertThat(documents.search(search.hybrid("house", 0, 1)).get(0).id()).isEqualTo(1L);
				assertThat(documents
					.search(search.where("year > 2025 and published-at < '2026-02-01T00:00:00Z' and tags contains 'y' "
							+ "and colour = 'red'")))
					.extracting(VectorMatch::id)
					.containsExactly(1L);
				assertThat(documents.search(VectorSearch.nearest(SparseVector.of(9, Map.of(0, 1f))).in("title")))
					.singleElement()
					.satisfies((match) -> assertThat(match.distance()).isEqualTo(3));
				assertThat(this.administrator.queryForList(
						"SELECT indexdef FROM pg_indexes WHERE tablename = 'documents' AND indexdef LIKE '%hnsw%'",
						String.class))
					.hasSize(3)
					.anyMatch((index) -> index.contains("halfvec") && index.contains("WHERE (year >= 2020)"));
			});
	}

	@Test
	void tenantsCannotBeMixed() {
		tenants().run((context) -> {
			VectorRepository<Long> documents = documents(context);
			documents.upsert(record(1, Map.of()));
			documents.load(Stream.of(record(2, Map.of("tenant", "a"))), LoadOptions.insert());
			this.tenant.set("b");
			documents.upsert(record(3, Map.of("n", 1)));

			assertThat(documents.search(VectorSearch.nearest(new float[] { 1, 1, 1 })
				.where("tenant = 'a' or tenant != 'a' or tenant is null"))).extracting(VectorMatch::id)
				.containsExactly(3L);
			assertThat(documents.findById(1L)).isEmpty();
			assertThat(documents.delete(List.of(1L, 2L))).isZero();
			assertThat(documents.delete(MetadataFilter.not(MetadataFilter.eq("n", 1)))).isZero();
			assertThatExceptionOfType(InvalidVectorRecordException.class)
				.isThrownBy(() -> documents.upsert(record(4, Map.of("tenant", "a"))))
				.withMessageContaining("tenant");
			assertConflict(() -> documents.upsert(record(1, Map.of())));
			assertConflict(() -> documents.load(Stream.of(record(2, Map.of())), LoadOptions.upsert()));
			assertConflict(() -> documents.load(Stream.of(record(2, Map.of())), LoadOptions.upsert().parallelism(2)));
			documents.load(Stream.of(record(5, Map.of())), LoadOptions.replace());
			assertThat(documents.count()).isOne();

			this.tenant.set("a");
			assertThat(documents.findAllById(List.of(1L, 2L))).hasSize(2)
				.allSatisfy((found) -> assertThat(found.metadata()).containsEntry("tenant", "a"));
			this.tenant.set(null);
			assertThatIllegalStateException().isThrownBy(documents::count);
		});
	}

	@Test
	void serverKeepsTenantsApartFromStatementsThatForgetThem() {
		tenants().run((context) -> {
			documents(context).upsert(record(1, Map.of()));
			JdbcTemplate forgetful = new JdbcTemplate(this.service);
			assertThat(forgetful.queryForObject("SELECT count(*) FROM documents", Integer.class)).isZero();
			assertThat(forgetful.update("UPDATE documents SET content = 'mine'")).isZero();
			assertThatExceptionOfType(DataAccessException.class).isThrownBy(
					() -> forgetful.update("INSERT INTO documents (id, embedding, tenant) VALUES (7, '[1,2,3]', 'a')"))
				.havingRootCause()
				.withMessageContaining("row-level security");
			assertThat(documents(context).findById(1L).orElseThrow().content()).isEqualTo("text");
		});
	}

	@Test
	void roleThatSeesAllTenantsStopsTheStartUnlessThatIsAllowed() {
		ApplicationContextRunner asAdministrator = tenants().withPropertyValues(
				"spring.datasource.username=" + this.database.getUsername(),
				"spring.datasource.password=" + this.database.getPassword());
		asAdministrator.run((context) -> assertThat(context).getFailure()
			.rootCause()
			.isInstanceOf(VectorSchemaException.class)
			.hasMessage(
					"Tenants of vector table documents are not kept apart by the server: "
							+ "role '%s' is a superuser, so row-level security does not bind it.",
					this.database.getUsername()));
		asAdministrator.withPropertyValues("rds.vector.require-row-security=false")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void tenantWithoutAResolverIsReported() {
		this.contextRunner.withPropertyValues(PREFIX + "keys.tenant=text", PREFIX + "tenant=tenant")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidRdsConfigurationException.class)
				.hasMessage("rds.vector.repositories.documents.tenant: nothing says which tenant a call belongs to"));
	}

	private static void assertConflict(ThrowingCallable action) {
		assertThatExceptionOfType(DuplicateKeyException.class).isThrownBy(action)
			.withMessageEndingWith("other tenants in vector table documents: nothing was stored");
	}

	private ApplicationContextRunner tenants() {
		return this.contextRunner.withPropertyValues(PREFIX + "keys.tenant=text", PREFIX + "tenant=tenant")
			.withBean(TenantResolver.class, () -> this.tenant::get);
	}

	private static VectorRecord<Long> record(long id, Map<String, Object> metadata) {
		return new VectorRecord<>(id, new float[] { 1, 1, id }, "text", metadata);
	}

	@SuppressWarnings("unchecked")
	private static VectorRepository<Long> documents(AssertableApplicationContext context) {
		assertThat(context).hasNotFailed();
		return (VectorRepository<Long>) context.getBean("documents");
	}

	private static void awaitReady(VectorIndexManager manager) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.until(() -> manager.status()
				.stream()
				.allMatch((status) -> status.state() == VectorIndexStatus.State.READY));
	}

}
