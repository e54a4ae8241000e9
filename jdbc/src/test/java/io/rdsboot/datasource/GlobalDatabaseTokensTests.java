package io.rdsboot.datasource;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.discovery.AddressRegions;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.credentials.iam.IamCredentialsProvider;
import io.rdsboot.credentials.iam.IamTokenScope;
import io.rdsboot.test.LocalGlobalDatabase;
import io.rdsboot.test.LocalRdsInstance;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the regions that tokens of a global database's addresses are signed for. The
 * servers here check no tokens: each login has the password in place of the token that it
 * was given.
 */
class GlobalDatabaseTokensTests {

	private static final String FIRST = "us-east-1";

	private static final String SECOND = "eu-west-1";

	/** Regions of the tokens that were given out for each address. */
	private final Map<InstanceAddress, Set<String>> signed = new ConcurrentHashMap<>();

	@Test
	void tokenIsSignedForTheRegionOfEachInstanceAlsoAfterASwitchover() {
		try (LocalGlobalDatabase database = LocalGlobalDatabase.builder().region(FIRST, 1).region(SECOND, 1).start()) {
			AddressRegions regions = new AddressRegions(database.regions());
			try (IamCredentialsProvider tokens = IamCredentialsProvider
				.builder(StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")),
						database.cluster().username())
				.region(Region.AP_SOUTH_1)
				.regions(regions)
				.build();
					GlobalService service = new GlobalService(database, database.writerEndpoint(), regions, SECOND,
							false,
							(builder) -> builder.credentials((address) -> password(database, tokens, address)))) {
				JdbcTemplate jdbc = new JdbcTemplate(service.dataSource());
				service.awaitRoles();
				verify(database);
				for (String region : new String[] { SECOND, FIRST }) {
					this.signed.clear();
					database.switchover(region);
					service.awaitRoles();
					jdbc.execute("SELECT 1");
					Awaitility.await().until(() -> this.signed.containsKey(address(database.cluster().writer())));
					verify(database);
				}
			}
		}
	}

	private DatabaseCredentials password(LocalGlobalDatabase database, IamCredentialsProvider tokens,
			InstanceAddress address) {
		String token = tokens.getCredentials(address).password();
		this.signed.computeIfAbsent(address, (first) -> ConcurrentHashMap.newKeySet())
			.add(IamTokenScope.of(token).orElseThrow().region());
		return new DatabaseCredentials(database.cluster().username(), database.cluster().password());
	}

	private void verify(LocalGlobalDatabase database) {
		for (LocalRdsInstance instance : database.cluster().instances()) {
			Set<String> regions = this.signed.get(address(instance));
			if (regions != null) {
				assertThat(regions).containsExactly(database.region(instance));
			}
		}
		assertThat(this.signed).containsKey(address(database.cluster().writer()));
	}

	private static InstanceAddress address(LocalRdsInstance instance) {
		return new InstanceAddress(instance.host(), instance.port());
	}

}
