package io.rdsboot.credentials.iam;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.test.LocalAws;
import io.rdsboot.test.LocalRdsAddress;
import io.rdsboot.test.LocalRdsCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Logins with {@link IamCredentialsProvider}, at an address that verifies tokens as RDS
 * does.
 */
class IamLoginTests {

	private static LocalRdsCluster cluster;

	private final LocalRdsAddress address = cluster.writerAddress();

	private final InstanceAddress writer = new InstanceAddress(this.address.host(), this.address.port());

	private final IamCredentialsProvider provider = provider();

	@BeforeAll
	static void start() {
		cluster = LocalRdsCluster.builder().iam().start();
	}

	@AfterAll
	static void stop() {
		cluster.close();
	}

	private static IamCredentialsProvider provider() {
		LocalAws aws = cluster.aws();
		return IamCredentialsProvider
			.builder(StaticCredentialsProvider
				.create(AwsBasicCredentials.create(aws.accessKeyId(), aws.secretAccessKey())), cluster.username())
			.region(Region.of(aws.region()))
			.clock(cluster.clock())
			.build();
	}

	@AfterEach
	void close() {
		this.provider.close();
		cluster.aws().allowConnect(cluster.username());
	}

	@Test
	void tokensAreAcceptedWhateverTheTime() throws SQLException {
		DatabaseCredentials first = this.provider.getCredentials(this.writer);
		assertThat(login(first)).isEqualTo(cluster.username());
		for (Duration pause : List.of(Duration.ofMinutes(5), Duration.ofMinutes(6), Duration.ofMinutes(16),
				Duration.ofHours(3))) {
			cluster.clock().advance(pause);
			assertThat(login(this.provider.getCredentials(this.writer))).isEqualTo(cluster.username());
		}
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> login(first));
	}

	@Test
	void refusedTokenIsReplacedByOneThatIsAccepted() throws SQLException {
		DatabaseCredentials refused = this.provider.getCredentials(this.writer);
		cluster.aws().denyConnect(cluster.username());
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> login(refused))
			.extracting(SQLException::getSQLState)
			.isEqualTo("28000");
		cluster.aws().allowConnect(cluster.username());
		DatabaseCredentials other = this.provider.getCredentialsAfterRefusal(this.writer, List.of(refused));
		assertThat(other).isNotNull().isNotEqualTo(refused);
		assertThat(login(other)).isEqualTo(cluster.username());
	}

	private String login(DatabaseCredentials credentials) throws SQLException {
		String url = this.address.jdbcUrl();
		try (Connection connection = DriverManager.getConnection(
				url + (url.contains("?") ? "&" : "?") + "sslmode=require", credentials.username(),
				credentials.password())) {
			return connection.getMetaData().getUserName();
		}
	}

}
