# The platform of the operations guide, with its facts and our own comments.

provider "aws" {
  region = var.region
}

variable "region" {
  type    = string
  default = "us-east-1"
}
