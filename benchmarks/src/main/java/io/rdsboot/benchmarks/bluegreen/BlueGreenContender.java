package io.rdsboot.benchmarks.bluegreen;

import java.util.Properties;

import com.zaxxer.hikari.HikariConfig;
import io.rdsboot.benchmarks.CertificateFile;
import io.rdsboot.benchmarks.RoutingService;
import io.rdsboot.benchmarks.rotation.ConnectionSource;
import io.rdsboot.benchmarks.rotation.WrapperDriver;
import io.rdsboot.benchmarks.switchover.PairLoad;
import io.rdsboot.benchmarks.switchover.ServiceSource;
import io.rdsboot.benchmarks.switchover.WrapperSource;
import io.rdsboot.test.LocalRdsAddress;
import io.rdsboot.test.LocalRdsCluster;

/**
 * Who has to get through a switchover. Each knows blue's instances by their names, and
 * has as many connections as there are threads.
 */
enum BlueGreenContender {

	/** This library, with its defaults. */
	LIBRARY {

		@Override
		ConnectionSource open(LocalRdsCluster blue, CertificateFile certificate) {
			RoutingService service = RoutingService.at(blue, address(blue.writerAddress()),
					"rds.readers=" + address(blue.address(blue.readers().get(0))), "rds.tls.mode=verify-full",
					"rds.tls.certificate-authorities=" + certificate.path().toUri(),
					"rds.pool.maximum-pool-size=" + PairLoad.THREADS);
			return new ServiceSource(service);
		}

	},

	/**
	 * HikariCP over AWS's JDBC wrapper with its plugin for Blue/Green deployments, which
	 * has its defaults, and the time-outs that its documentation asks for. It reads from
	 * the writer.
	 */
	WRAPPER {

		@Override
		ConnectionSource open(LocalRdsCluster blue, CertificateFile certificate) {
			Properties properties = certificate.tlsProperties();
			properties.setProperty("wrapperPlugins", "bg");
			properties.setProperty("wrapperDialect", "rds-pg");
			properties.setProperty("connectTimeout", TIMEOUT_MILLIS);
			properties.setProperty("socketTimeout", TIMEOUT_MILLIS);
			LocalRdsAddress address = blue.writerAddress();
			properties.setProperty("bgdId", String.valueOf(address.port()));
			HikariConfig config = new HikariConfig();
			config.setMaximumPoolSize(PairLoad.THREADS);
			config.setUsername(blue.username());
			config.setPassword(blue.password());
			WrapperDriver.configure(config, LocalNames.blue(address.name()), address.port(), blue.database(),
					properties);
			return new WrapperSource(config);
		}

	};

	private static final String TIMEOUT_MILLIS = "30000";

	/**
	 * Opens connections to a blue environment.
	 */
	abstract ConnectionSource open(LocalRdsCluster blue, CertificateFile certificate);

	private static String address(LocalRdsAddress address) {
		return LocalNames.blue(address.name()) + ":" + address.port();
	}

}
