package io.rdsboot.autoconfigure.aws;

import org.apiguardian.api.API;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.regions.providers.AwsRegionProvider;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * How AWS is reached.
 */
@API(status = API.Status.INTERNAL)
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(AwsCredentialsProvider.class)
@EnableConfigurationProperties(RdsAwsProperties.class)
public class RdsAwsConfiguration {

	@Bean
	AwsAccess rdsAwsAccess(RdsAwsProperties properties, ObjectProvider<AwsConnectionDetails> details,
			ObjectProvider<AwsCredentialsProvider> credentials, ObjectProvider<AwsRegionProvider> regions) {
		return new AwsAccess(properties, details.getIfAvailable(), credentials.getIfAvailable(),
				regions.getIfAvailable());
	}

}
