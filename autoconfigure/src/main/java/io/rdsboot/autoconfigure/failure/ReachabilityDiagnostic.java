package io.rdsboot.autoconfigure.failure;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;

import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.RdsHostName;
import org.jspecify.annotations.Nullable;

/**
 * Servers that cannot be reached by the network.
 */
class ReachabilityDiagnostic implements ConnectionDiagnostic {

	@Override
	public @Nullable Diagnosis diagnose(ConnectionFailure failure) {
		InstanceAddress address = failure.address();
		if (address == null) {
			return null;
		}
		if (failure.cause(UnknownHostException.class) != null) {
			return new Diagnosis("The host name '" + address.host() + "' does not resolve.",
					"Correct " + failure.setting() + ", or make the name known to the DNS of this machine.");
		}
		if (failure.cause(SocketTimeoutException.class) != null) {
			return silent(failure, address);
		}
		if (failure.cause(ConnectException.class) != null) {
			return new Diagnosis("Nothing accepts connections at " + address + ".",
					"Check the host and the port in " + failure.setting() + ", and that PostgreSQL runs there.");
		}
		return null;
	}

	private static Diagnosis silent(ConnectionFailure failure, InstanceAddress address) {
		String reason = "Nothing answers at " + address + ".";
		String reach = """
				This machine reaches the port, once the checks above are done:

				    nc -vz -w 5 %s %d
				""".formatted(address.host(), address.port());
		if (RdsHostName.parse(address.host()).isEmpty()) {
			return new Diagnosis(reason, "Host and port are right in " + failure.setting() + ", and the server runs.",
					"The firewall of the server, or its security group, lets this machine in.",
					"There is a route to it.", reach);
		}
		DatabaseResource resource = failure.resource();
		return new Diagnosis(reason, securityGroup(resource, address), routing(resource, address),
				publicAccess(resource), reach);
	}

	private static String securityGroup(DatabaseResource resource, InstanceAddress address) {
		return """
				A security group of %s lets this machine in. Its groups, what a group lets in, and how one lets in \
				the group that this application runs in:

				    %s
				    aws ec2 describe-security-groups --region %s --group-ids <group> --query \
				'SecurityGroups[].IpPermissions'
				    aws ec2 authorize-security-group-ingress --region %s --group-id <group> --protocol tcp --port %d \
				--source-group <group of the application>
				""".formatted(resource.title(), resource.describeSecurityGroups(), resource.region(), resource.region(),
				address.port()) + resource.legend();
	}

	private static String routing(DatabaseResource resource, InstanceAddress address) {
		return """
				There is a route to it. Where the name leads to from here (a private address is reached within its VPC, \
				or by peering, a transit gateway or a VPN), and the routes of a VPC:

				    getent hosts %s
				    aws ec2 describe-route-tables --region %s --filters Name=vpc-id,Values=<vpc of the application> --query \
				'RouteTables[].Routes'
				"""
			.formatted(address.host(), resource.region());
	}

	private static String publicAccess(DatabaseResource resource) {
		String command = switch (resource.type()) {
			case INSTANCE -> resource.describe("PubliclyAccessible");
			case CLUSTER -> "aws rds describe-db-instances --region " + resource.region()
					+ " --filters Name=db-cluster-id,Values=" + resource.identifier()
					+ " --query 'DBInstances[].[DBInstanceIdentifier,PubliclyAccessible]' --output text";
			case PROXY -> null;
		};
		return (command == null)
				? "This machine is in the proxy's VPC, or connected to it: a proxy has no public address."
				: """
						Outside of AWS: it has a public address (True), or the connection goes through a VPN or a tunnel:

						    %s
						"""
					.formatted(command);
	}

}
