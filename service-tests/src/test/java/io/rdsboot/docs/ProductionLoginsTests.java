package io.rdsboot.docs;

import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

import io.rdsboot.docs.MarkdownPage.Snippet;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.LoadOptions;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.VectorSearch;
import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.index.VectorIndexManager;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the roles of the production checklist suffice: the owner makes tables and
 * indexes, and the application uses them.
 */
class ProductionLoginsTests {

	@Test
	void rolesOfTheChecklistSuffice() throws Exception {
		try (LocalRdsCluster cluster = LocalRdsCluster.builder().readers(0).start()) {
			runStatements(cluster);
			try (ConfigurableApplicationContext context = start(cluster)) {
				@SuppressWarnings("unchecked")
				VectorRepository<UUID> documents = context.getBean("documents", VectorRepository.class);
				documents.load(Stream.of(row("acme"), row("other")), LoadOptions.upsert());
				context.getBean(VectorIndexManager.class).awaitReady(Duration.ofMinutes(1));
				assertThat(documents.search(VectorSearch.nearest(new float[] { 1, 0, 0 })
					.limit(5)
					.where(MetadataFilter.eq("tenant", "acme")))).hasSize(1);
				JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
				assertThat(jdbc.queryForObject("SELECT current_user", String.class)).isEqualTo("app_user");
				assertThat(jdbc.queryForList("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'",
						String.class))
					.containsExactly("app_owner");
			}
		}
	}

	/**
	 * Runs the page's first block of SQL, and gives the roles passwords in place of IAM.
	 */
	private static void runStatements(LocalRdsCluster cluster) throws Exception {
		List<Snippet> statements = MarkdownPage.read(ProjectFiles.ROOT.resolve("docs/production.md"))
			.snippets()
			.stream()
			.filter((snippet) -> snippet.language().equals("sql"))
			.toList();
		assertThat(statements).hasSize(2);
		try (Connection connection = cluster.adminConnection(cluster.writer())) {
			JdbcTemplate admin = new JdbcTemplate(new SingleConnectionDataSource(connection, true));
			admin.execute(statements.get(0).code());
			admin.execute("ALTER ROLE app_owner PASSWORD 'owns'");
			admin.execute("ALTER ROLE app_user PASSWORD 'uses'");
		}
	}

	private static VectorRecord<UUID> row(String tenant) {
		return new VectorRecord<>(UUID.randomUUID(), new float[] { 1, 0, 0 }, "text", Map.of("tenant", tenant));
	}

	private static ConfigurableApplicationContext start(LocalRdsCluster cluster) {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties("spring.main.banner-mode=off", "db-scheduler.enabled=false",
					"spring.modulith.events.jdbc.schema-initialization.enabled=false",
					"rds.writer=" + cluster.writer().host() + ":" + cluster.writer().port(),
					"rds.database=" + cluster.database(), "rds.credentials.username=app_user",
					"rds.credentials.password=uses", "spring.flyway.user=app_owner", "spring.flyway.password=owns",
					"rds.vector.repositories.documents.dimensions=3",
					"rds.vector.repositories.documents.keys.tenant=text")
			.run();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
