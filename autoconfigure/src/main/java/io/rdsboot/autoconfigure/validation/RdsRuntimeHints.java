package io.rdsboot.autoconfigure.validation;

import java.sql.CallableStatement;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;

import io.rdsboot.autoconfigure.validation.RdsPropertiesValidator.AllProperties;
import io.rdsboot.pool.login.AddressChoiceSocketFactory;
import io.rdsboot.tls.TlsSocketFactory;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.boot.context.properties.bind.BindableRuntimeHintsRegistrar;

/**
 * What a native image has to keep: the properties that are bound without a bean, the
 * certificate authorities, the files of the console, the socket factories that pgjdbc
 * makes by their names, and the interfaces of JDBC for which there are proxies.
 */
@API(status = API.Status.INTERNAL)
public class RdsRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		BindableRuntimeHintsRegistrar.forTypes(AllProperties.class).registerHints(hints);
		hints.resources().registerPattern("io/rdsboot/tls/*.pem");
		hints.resources().registerPattern("io/rdsboot/actuate/console/*");
		for (Class<?> type : new Class<?>[] { AddressChoiceSocketFactory.class, TlsSocketFactory.class }) {
			hints.reflection().registerType(type, MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS);
		}
		for (Class<?> type : new Class<?>[] { DatabaseMetaData.class, PreparedStatement.class, CallableStatement.class,
				PGConnection.class }) {
			hints.proxies().registerJdkProxy(type);
		}
	}

}
