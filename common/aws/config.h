/*
 * config: how and where to talk to S3, as all of AWS's tools take it from the
 * environment and the profile.
 *
 * Each setting comes from the environment, else from the profile:
 *
 *	endpoint_url	AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, the section
 *			[services …] that the profile names, the profile's own;
 *			none of them if AWS_IGNORE_CONFIGURED_ENDPOINT_URLS or
 *			ignore_configured_endpoint_urls is true
 *	sts_url		the same for STS
 *	region		AWS_REGION, AWS_DEFAULT_REGION, region, us-east-1
 *	ca_file		AWS_CA_BUNDLE, ca_bundle
 *	dualstack	AWS_USE_DUALSTACK_ENDPOINT, use_dualstack_endpoint
 *	fips		AWS_USE_FIPS_ENDPOINT, use_fips_endpoint
 *	style		addressing_style = path, virtual or auto below "s3 ="
 *	sign_payload	payload_signing_enabled = true below "s3 ="
 *	attempts	AWS_MAX_ATTEMPTS, max_attempts; 10 without
 *	checksums	false if AWS_REQUEST_CHECKSUM_CALCULATION or
 *			request_checksum_calculation is when_required
 *
 * Source: AWS SDKs and Tools Reference Guide, "Settings reference".
 */
#ifndef AWS_CONFIG_H
#define AWS_CONFIG_H

#include <stdbool.h>

#include "base/diag.h"
#include "aws/endpoint.h"
#include "aws/profile.h"

struct aws_config {		/* the strings are the environment's and files' */
	struct profile_files files;
	struct profile profile;
	const char *endpoint_url, *sts_url;	/* NULL: AWS */
	const char *region;
	const char *ca_file;		/* NULL: the system's */
	enum endpoint_style style;
	bool sign_payload;		/* over TLS, too */
	bool dualstack, fips;
	bool checksums;			/* send more than is required */
	unsigned attempts;		/* for each request */
};

/* Reads the files and the settings of the profile; profile NULL: the one that
 * profile_select takes then.  -1 with 77 when a file cannot be read, or with 64
 * for a value that is not allowed. */
int aws_config_read(struct aws_config *s, const char *profile, struct err *e);
void aws_config_free(struct aws_config *s);

#endif
